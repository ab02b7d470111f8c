"""Every page: light and dark, wide and 320 px, both directions; no axe violation, no word on the console."""

from __future__ import annotations

import pytest

from tests.browser.looks import LANGUAGES, LOOKS, look
from tests.support.chromium import press
from watchword.testing import PASSWORD, login_as, make_user, submit
from watchword.web.setup import setup_of

OUTSIDE = {
    "home": "/",
    "sign-in": "/login",
    "register": "/register",
    "suggestion": "/password/suggestion",
    "sign-out": "/logout",
    "not-found": "/nothing-here",
    "link-not-valid": "/confirm-email/forged",
    "mailbox": "/dev/mailbox",
}
INSIDE = {
    "dashboard": "/dashboard",
    "profile": "/account",
    "security": "/account/security",
    "password": "/account/password",
    "email": "/account/email",
    "export": "/account/export",
    "close": "/account/close",
    "devices": "/account/sessions",
    "passkey-new": "/account/passkeys/new",
    "passkey-offer": "/account/passkeys/offer",
    "activity": "/account/activity",
}
pytestmark = pytest.mark.parametrize("site", LANGUAGES, indirect=True)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_pages_for_visitors(chromium, site, scheme, width):
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        for name, path in OUTSIDE.items():
            window.page.goto(path)
            assert window.page.locator("html").get_attribute("dir") == ("rtl" if site.language == "ar" else "ltr")
            look(window, f"{name}-{site.language}-{scheme}-{width}")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_pages_with_errors_and_after_registering(chromium, site, scheme, width):
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        page = window.page
        for path, fields in (("/login", {"identifier": "nobody"}), ("/register", {"username": "a b", "email": "x"})):
            page.goto(path)
            for field, value in {**fields, "password": "short"}.items():
                page.locator(f"input[name={field}]").fill(value)
            page.locator("main form").first.evaluate("form => { form.noValidate = true }")
            press(page.locator("main form button.pri").first)
            look(window, f"{path.strip('/')}-error-{site.language}-{scheme}-{width}")
        page.goto("/register")
        for field, value in (("username", "berta"), ("email", "berta@example.com"), ("password", PASSWORD)):
            page.locator(f"input[name={field}]").fill(value)
        press(page.locator("main form button.pri").first)
        look(window, f"check-inbox-{site.language}-{scheme}-{width}")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_pages_for_people_who_are_signed_in(chromium, site, clock, scheme, width):
    anna = make_user(site.app, "anna")
    submit(site.app.test_client(), "/login", identifier="anna", password=PASSWORD)
    secret = login_as(site.app.test_client(), anna, remembered=True)
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        window.context.add_cookies([{"name": "watchword", "value": secret, "url": site}])
        for name, path in INSIDE.items():
            window.page.goto(path)
            look(window, f"{name}-{site.language}-{scheme}-{width}")
        clock.pass_(minutes=11)
        window.page.goto("/account/sessions")
        press(window.page.locator("main form button").first)
        look(window, f"confirm-{site.language}-{scheme}-{width}")
        window.page.locator("input[name=password]").fill(PASSWORD)
        press(window.page.locator("main form button.pri"))
        look(window, f"go-on-{site.language}-{scheme}-{width}")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_pages_of_a_change_of_address(chromium, site, mailbox, scheme, width):
    secret = login_as(site.app.test_client(), make_user(site.app, "anna"))
    seen = f"{site.language}-{scheme}-{width}"
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        window.context.add_cookies([{"name": "watchword", "value": secret, "url": site}])
        page = window.page
        page.goto("/account/email")
        page.locator("input[name=email]").fill("anna@new.example")
        press(page.locator("main form button.pri"))
        look(window, f"moving-inbox-{seen}")
        page.goto("/account")
        look(window, f"moving-profile-{seen}")
        setup_of(site.app).delivery.run_once()
        (mail,) = mailbox.to("anna@new.example")
        page.goto(mailbox.link(mailbox.mails.index(mail)))
        look(window, f"moving-confirm-{seen}")
        window.context.clear_cookies(name="watchword")
        page.reload()
        look(window, f"moving-elsewhere-{seen}")
