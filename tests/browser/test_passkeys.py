"""Passkeys in a real Chromium with a virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from tests.support.chromium import press
from watchword.features.passkeys.models import Passkey
from watchword.testing import PASSWORD, VirtualAuthenticator, add_authenticator, login_as, make_user
from watchword.web.setup import setup_of

NO_AUTOFILL = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
NO_PASSKEYS = "delete window.PublicKeyCredential"
AUTOFILL_THAT_WAITS = """
const get = navigator.credentials.get.bind(navigator.credentials), seen = [];
const note = (word) => { seen.push(word); document.documentElement.dataset.seen = seen.join(", "); };
navigator.credentials.get = (options) => {
  if (options.mediation !== "conditional") { note("asks"); return get(options); }
  note("waits");
  const { signal } = options;
  return new Promise((_, refuse) => signal.addEventListener("abort", () => (note("makes way"), refuse(signal.reason))));
};
"""


@pytest.fixture
def anna(site):
    return make_user(site.app, "anna")


@pytest.fixture
def window(chromium, site):
    with chromium.window(site) as opened:
        yield opened


def enter(window, site, user_id):
    """Sign *user_id* in without a page, by two factors: who has a passkey is asked for it again otherwise."""
    secret = login_as(site.app.test_client(), user_id, proofs=("pwd", "otp"))
    window.context.add_cookies([{"name": "watchword", "value": secret, "url": site}])


def leave(window):
    window.context.clear_cookies()


def forget_passkeys(site):
    with setup_of(site.app).tools.store.engines.write.begin() as connection:
        connection.execute(delete(Passkey))


def add_passkey(page):
    page.goto("/account/passkeys/new")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_text("Your passkey is added.")).to_be_visible()


def test_c2_c10_add_a_passkey_and_sign_in_by_the_button(window, site, anna):
    page, device = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna)
    add_passkey(page)
    assert len(device.passkeys) == 1
    expect(page.get_by_text("This device only")).to_be_visible()
    leave(window)

    page.add_init_script(NO_AUTOFILL)
    page.goto("/login?next=/account/security")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(f"{site}/account/security")
    expect(page.get_by_text("Last used")).to_be_visible()
    window.assert_quiet()


def test_c1_c4_sign_in_by_autofill_and_no_code_is_asked_for(window, site, anna):
    page = window.page
    VirtualAuthenticator(page)
    enter(window, site, anna)
    add_passkey(page)
    leave(window)

    add_authenticator(site.app, anna)
    page.goto("/login")

    expect(page).to_have_url(f"{site}/dashboard")
    window.assert_quiet()


def test_c3_a_person_who_changes_their_mind_reads_nothing_red_and_goes_on(window, site, anna):
    page, device = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna)
    add_passkey(page)
    leave(window)
    device.verifies_owner(False)
    page.add_init_script(NO_AUTOFILL)
    page.goto("/login")
    button = page.get_by_role("button", name="Sign in with a passkey")
    button.click()
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator("[role=alert]:visible")).to_have_count(0)

    device.verifies_owner(True)
    button.click()
    expect(page).to_have_url(f"{site}/dashboard")


def test_c2_the_button_takes_the_place_of_autofill_which_comes_back_after_it(window, site, anna):
    page, device = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna)
    add_passkey(page)
    leave(window)
    device.verifies_owner(False)
    page.add_init_script(AUTOFILL_THAT_WAITS)
    page.goto("/login")
    seen, button = page.locator("html"), page.get_by_role("button", name="Sign in with a passkey")
    expect(seen).to_have_attribute("data-seen", "waits")
    button.click()
    expect(seen).to_have_attribute("data-seen", "waits, makes way, asks, waits")
    expect(page.locator("[role=alert]:visible")).to_have_count(0)

    device.verifies_owner(True)
    button.click()
    expect(page).to_have_url(f"{site}/dashboard")


def test_c9_c10_a_device_takes_one_passkey_of_an_account_and_another_device_a_second(window, site, anna):
    page, first = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna)
    add_passkey(page)
    page.goto("/account/passkeys/new")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This device already has a passkey for your account.")

    first.remove()
    VirtualAuthenticator(page, defaultBackupEligibility=True, defaultBackupState=True)
    add_passkey(page)
    expect(page.get_by_text("Synced")).to_be_visible()
    expect(page.get_by_text("This device only")).to_be_visible()


def test_c7_the_device_learns_of_a_new_name_and_of_a_removal(window, site, anna):
    page, device = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna)
    add_passkey(page)
    page.goto("/account")
    page.locator("input[name=username]").fill("anna-maria")
    press(page.locator("main form button.pri"))
    page.goto("/account/security")
    expect(page.locator("[data-passkey=known][data-told]")).to_be_attached()
    assert [each["userName"] for each in device.passkeys] == ["anna-maria"]

    press(page.get_by_role("link", name="Change or remove"))
    press(page.get_by_role("button", name="Remove this passkey"))

    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    expect(page.locator("[data-passkey=known][data-told]")).to_be_attached()
    assert device.passkeys == []


def test_c6_a_passkey_that_the_server_forgot_leaves_the_device_at_its_next_use(window, site, anna):
    page, device = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna)
    add_passkey(page)
    forget_passkeys(site)
    leave(window)
    page.add_init_script(NO_AUTOFILL)
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("was removed from its account")
    assert device.passkeys == []


def test_as_second_step_after_the_password(window, site, anna):
    page = window.page
    VirtualAuthenticator(page)
    enter(window, site, anna)
    add_passkey(page)
    leave(window)
    page.add_init_script(NO_AUTOFILL)
    page.goto("/login?next=/account/security")
    page.locator("input[name=identifier]").fill("anna")
    page.locator("input[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(f"{site}/login/passkey/step")
    page.get_by_role("button", name="Continue with a passkey").click()

    expect(page).to_have_url(f"{site}/account/security")


def test_g4_confirm_it_is_you_by_passkey(window, site, anna, clock):
    page = window.page
    VirtualAuthenticator(page)
    enter(window, site, anna)
    add_passkey(page)
    clock.pass_(minutes=11)
    page.goto("/account/passkeys/new")
    page.get_by_role("button", name="Confirm with a passkey").click()

    expect(page).to_have_url(f"{site}/account/passkeys/new")
    expect(page.get_by_role("button", name="Create a passkey")).to_be_visible()


def test_c5_a_challenge_that_grew_old_is_asked_for_anew_by_itself(window, site, anna, clock):
    page = window.page
    VirtualAuthenticator(page)
    enter(window, site, anna)
    add_passkey(page)
    leave(window)
    page.add_init_script(NO_AUTOFILL)
    page.goto("/login")
    late = []

    def wait(route):
        if not late:
            late.append(clock.pass_(minutes=6))
        route.continue_()

    page.route("**/login/passkey", wait)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(f"{site}/dashboard")


def test_a_line_that_breaks_is_told_in_words(window, site, anna):
    page = window.page
    VirtualAuthenticator(page)
    page.add_init_script(NO_AUTOFILL)
    page.goto("/login")
    page.route("**/login/passkey/options", lambda route: route.abort())
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_have_text("That didn't work. Check your connection and try again.")


def test_c14_a_browser_without_passkeys_shows_none_of_it(window, site, anna):
    page = window.page
    page.add_init_script(NO_PASSKEYS)
    page.goto("/login")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    enter(window, site, anna)
    page.goto("/account/security")
    expect(page.get_by_role("button", name="Not now")).to_be_hidden()
    page.goto("/account/passkeys/new")

    expect(page.get_by_role("button", name="Create a passkey")).to_be_hidden()
    expect(page.get_by_text("Passkeys need a browser that knows them")).to_be_visible()
