"""The pages of authenticator apps, recovery codes and passkeys."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.browser.looks import LANGUAGES, LOOKS, send, visitor
from tests.support.chromium import press
from watchword.features.accounts import service as accounts
from watchword.features.accounts.models import User
from watchword.features.two_factor import cases
from watchword.testing import PASSWORD, VirtualAuthenticator, code_of_app, login_as, make_user
from watchword.testing.people import change
from watchword.web.setup import setup_of

pytestmark = [
    pytest.mark.parametrize("site", LANGUAGES, indirect=True),
    pytest.mark.parametrize("colours_and_width", LOOKS, ids="{0[0]}-{0[1]}".format),
]


@pytest.fixture
def site_settings():
    """Berta needs a second factor."""

    def needs_one(scope, user_id):
        return accounts.get(scope, user_id).username == "berta"

    return {"policies": {"second_factor_required_of": needs_one}}


@pytest.fixture
def anna(site):
    return make_user(site.app, "anna")


def enter(window, site, user_id, *proofs):
    secret = login_as(site.app.test_client(), user_id, proofs=proofs)
    window.context.add_cookies([{"name": "watchword", "value": secret, "url": site}])


def test_pages_of_an_authenticator_app(chromium, site, anna, colours_and_width):
    with visitor(chromium, site, *colours_and_width) as window:
        page = window.page
        enter(window, site, anna, "pwd")
        window.see("factors-choice", "/account/two-factor")
        window.see("app-start", "/account/two-factor/set-up")
        send(page)
        send(page, code="000000")
        window.see("app-set-up-wrong")
        window.see("app-set-up", "/account/two-factor/set-up")
        send(page, code=first_code(page, site))
        window.see("app-codes")
        window.see("app-security", "/account/security")
        rename, remove = (page.locator(f"a.btn[href*='/two-factor/']{kind}") for kind in (":not(.bad)", ".bad"))
        paths = {"app-rename": rename.first, "app-remove": remove.first, "app-codes-left": rename.last}
        for name, path in {name: link.get_attribute("href") for name, link in paths.items()}.items():
            window.see(name, path)


def test_pages_of_a_second_step(chromium, site, anna, clock, colours_and_width):
    code_of_app(site.app, anna)
    with visitor(chromium, site, *colours_and_width) as window:
        window.page.goto("/login")
        send(window.page, identifier="anna", password=PASSWORD)
        window.see("step-code")
        send(window.page, code="000000")
        window.see("step-code-wrong")
        window.page.locator("summary").first.click()
        window.see("step-code-help")
        window.page.locator("#trust").check()
        send(window.page, code=code_of_app(site.app, anna))
        window.see("devices-trusted", "/account/sessions")
        with change(site.app) as scope:
            cases.open_case(scope, anna, reason="Lost phone, ticket 4711")
        window.see("security-case", "/account/security")
        window.context.clear_cookies()
        enter(window, site, anna, "pwd", "otp")
        clock.pass_(minutes=11)
        window.see("confirm-code", "/account/passkeys/new")


def test_pages_of_a_set_up_inside_a_sign_in(chromium, site, colours_and_width):
    make_user(site.app, "berta")
    with visitor(chromium, site, *colours_and_width) as window:
        window.page.goto("/login")
        send(window.page, identifier="berta", password=PASSWORD)
        window.see("first-choose")
        press(window.page.get_by_role("button").filter(has=window.page.locator("svg")).last)
        window.see("first-set-up")
        send(window.page, code=first_code(window.page, site))
        window.see("first-codes")


def test_pages_of_passkeys(chromium, site, anna, clock, colours_and_width):
    with visitor(chromium, site, *colours_and_width) as window:
        page = window.page
        VirtualAuthenticator(page)
        enter(window, site, anna, "pwd", "otp")
        page.goto("/account/passkeys/new")
        page.locator("[data-passkey] button").first.click()
        expect(page.locator(".item .tag").first).to_be_visible()
        window.see("passkey-added")
        window.see("passkey-change", page.locator(".item a[href*='/account/passkeys/']").first.get_attribute("href"))
        with without_password(site):
            press(page.locator("main .btn.bad"))
            window.see("passkey-last-way-in")
        clock.pass_(minutes=11)
        window.see("confirm-passkey", "/account/passkeys/new")
        window.context.clear_cookies()
        page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
        page.goto("/login")
        send(page, identifier="anna", password=PASSWORD)
        window.see("step-passkey")
        press(page.locator("main .strip a"))
        window.see("sign-in-after-passkey")


@contextmanager
def without_password(site):
    """The passkey is the last way in meanwhile."""
    write = setup_of(site.app).tools.store.engines.write
    with write.begin() as connection:
        kept = connection.scalar(select(User.password_hash))
        connection.execute(update(User).values(password_hash=None))
    yield
    with write.begin() as connection:
        connection.execute(update(User).values(password_hash=kept))


def first_code(page, site):
    """What the app shows that was given the key on the page."""
    from watchword.features.two_factor import totp

    secret = page.locator("#key").inner_text().replace(" ", "")
    return totp.code_at(secret, totp.step_at(setup_of(site.app).tools.clock.now()))
