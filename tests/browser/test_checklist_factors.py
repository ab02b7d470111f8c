"""What must hold for people with second factors and passkeys, by the ids of the checklist: C, E16, E17, G6, G7."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looks import send, visitor
from tests.browser.test_second_factor_pages import enter, first_code
from tests.support.chromium import press
from watchword import second_factor_required
from watchword.features.accounts import service as accounts
from watchword.features.two_factor import recovery_codes
from watchword.testing import PASSWORD, SmsInbox, VirtualAuthenticator, add_authenticator, make_user
from watchword.testing.people import change
from watchword.web.setup import setup_of

NO_PASSKEYS = "delete window.PublicKeyCredential"
PRINTS = "window.print = () => { document.documentElement.dataset.printed = 'yes' }"


@pytest.fixture
def site_settings():
    """Text messages are on, and berta needs a second factor."""

    def needs_one(scope, user_id):
        return accounts.get(scope, user_id).username == "berta"

    policies = {"second_factor_required_of": needs_one}
    return {"WATCHWORD_SMS_SENDER": SmsInbox(), "WATCHWORD_SMS_COUNTRIES": "DE", "policies": policies}


@pytest.fixture
def anna(site):
    return make_user(site.app, "anna")


@pytest.fixture
def window(chromium, site):
    with chromium.window(site, permissions=["clipboard-read", "clipboard-write"]) as opened:
        yield opened


@pytest.fixture
def reset(site, mailbox):
    """`reset(page)`: anna forgot her password, chose it once more, and signed in."""

    def act(page):
        page.goto("/forgot-password")
        page.locator("input[name=email]").fill("anna@example.com")
        press(page.locator("main form button.pri"))
        setup_of(site.app).delivery.run_once()
        page.goto(mailbox.link())
        page.locator("input[name=password]").fill(PASSWORD)
        press(page.locator("main form button.pri"))
        page.locator("input[name=identifier]").fill("anna")
        page.locator("input[name=password]").fill(PASSWORD)
        press(page.locator("main form button.pri"))
        page.wait_for_url("**/dashboard")

    return act


def test_c11_c12_after_a_reset_home_leads_to_the_offer_and_the_offer_to_a_passkey(window, anna, reset, clock):
    page, device = window.page, VirtualAuthenticator(window.page)
    reset(page)
    press(page.get_by_role("link", name="See how"))
    assert page.locator("h2").all_inner_texts() == ["What is it?", "Where is it kept?", "What changes?"]
    window.picture("offer")
    press(page.get_by_role("button", name="Not now"))
    page.wait_for_url("**/dashboard")
    expect(page.get_by_role("link", name="See how")).to_have_count(0)
    page.goto("/account/security")
    heads = page.locator("h2").all_inner_texts()
    assert heads.index("Passkeys") < heads.index("Ways to sign in")
    expect(page.get_by_role("link", name="Create a passkey")).to_have_count(0)

    clock.pass_(days=31)
    window.context.clear_cookies()
    reset(page)
    press(page.get_by_role("link", name="See how"))
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_text("Your passkey is added.")).to_be_visible()
    assert len(device.passkeys) == 1
    window.assert_quiet()


def test_c14_where_there_are_no_passkeys_nothing_leads_to_one(window, site, anna, reset):
    page = window.page
    page.add_init_script(NO_PASSKEYS)
    reset(page)
    expect(page.get_by_role("link", name="See how")).to_be_hidden()
    for path in ("/account/security", "/account/passkeys/offer"):
        page.goto(path)
        expect(page.get_by_role("link", name="passkey")).to_have_count(0)
        expect(page.get_by_role("button", name="passkey")).to_have_count(0)
    window.assert_quiet()


def copied(page):
    page.get_by_role("button", name="Copy").click()
    return page.evaluate("navigator.clipboard.readText()").split()


def test_e16_e17_g6_from_an_open_check_to_codes_that_are_saved(window, site, anna):
    page = window.page
    page.add_init_script(PRINTS)
    enter(window, site, anna, "pwd")
    page.goto("/account/security")
    press(page.get_by_role("link", name="Set one up"))
    press(page.get_by_role("button", name="Set up an app"))
    expect(page.get_by_role("img", name="QR code for your authenticator app.")).to_be_visible()
    assert copied(page) == page.locator("#key").inner_text().split()
    page.locator("input[name=code]").fill(first_code(page, site))
    press(page.get_by_role("button", name="Turn on"))

    codes = page.locator("#codes code").all_inner_texts()
    assert len(codes) == recovery_codes.MANY
    window.picture("codes")
    assert copied(page) == codes
    page.get_by_role("button", name="Print").click()
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")
    with page.expect_download() as file:
        page.get_by_role("button", name="Download").click()
    assert file.value.suggested_filename == "recovery-codes.txt"
    assert file.value.path().read_text().split() == codes
    press(page.get_by_role("link", name="I saved them"))
    expect(page.get_by_text("All three steps are done.")).to_be_visible()
    window.assert_quiet()


def test_e17_g6_codes_that_run_low_are_warned_of(window, site, anna):
    page = window.page
    add_authenticator(site.app, anna)
    with change(site.app) as scope:
        codes = recovery_codes.make_new_set(scope, anna)
        for code in codes[recovery_codes.FEW :]:
            recovery_codes.use(scope, anna, code)
    enter(window, site, anna, "pwd", "otp")
    page.goto("/account/security")
    check = page.get_by_role("region", name="Security check")
    expect(check.get_by_text("Running low")).to_be_visible()
    expect(check.get_by_text("You have 3 of 10 left.")).to_be_visible()
    press(check.get_by_role("link", name="Make a new set"))
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    window.assert_quiet()


def test_g7_a_line_that_was_not_me_leads_to_the_way_back(window, site, anna):
    page = window.page
    enter(window, site, anna, "pwd")
    page.goto("/login")
    page.locator("input[name=identifier]").fill("anna")
    page.locator("input[name=password]").fill(PASSWORD)
    press(page.locator("main form button.pri"))
    page.goto("/account/security")
    press(page.get_by_role("link", name="Show all activity"))
    window.picture("activity")
    press(page.get_by_role("button", name="This wasn't me: Signed in").first)
    expect(page.get_by_role("heading", name="This wasn't you?")).to_be_visible()
    press(page.get_by_role("button", name="Take my account back"))

    page.wait_for_url("**/reset-password")
    page.goto("/account")
    page.wait_for_url("**/login?next=/account")
    window.assert_quiet()


def test_b1_without_scripts_an_app_is_set_up_an_offer_declined_and_a_line_doubted(chromium, site):
    make_user(site.app, "berta")
    with chromium.window(site, java_script_enabled=False) as window:
        page = window.page
        page.goto("/login")
        send_plainly(page, identifier="berta", password=PASSWORD)
        expect(page.get_by_role("button", name="Create a passkey")).to_be_hidden()
        press(page.get_by_role("button", name="Set up an app"))
        send_plainly(page, code=first_code(page, site))
        press(page.get_by_role("link", name="I saved them"))
        page.goto("/account/passkeys/offer")
        expect(page.get_by_text("Passkeys need a browser that knows them")).to_be_visible()
        press(page.get_by_role("button", name="Not now"))
        assert page.url == f"{site}/dashboard"
        page.goto("/account/activity")
        press(page.get_by_role("button", name="This wasn't me: Signed in"))
        expect(page.get_by_role("button", name="Take my account back")).to_be_visible()


@pytest.fixture
def payroll(site):
    """A page of the host's for who showed two factors."""
    site.app.add_url_rule("/payroll", "payroll", second_factor_required(lambda: "<title>p</title>the payroll"))
    return f"{site}/payroll"


def test_who_is_sent_away_makes_a_passkey_and_is_led_back_after_the_offer_of_codes(window, site, anna, payroll):
    page, device = window.page, VirtualAuthenticator(window.page)
    enter(window, site, anna, "pwd")
    page.goto("/payroll")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    press(page.get_by_role("button", name="Make recovery codes"))
    press(page.get_by_role("link", name="I saved them"))

    assert (page.url, page.inner_text("body"), len(device.passkeys)) == (payroll, "the payroll", 1)
    window.assert_quiet()


def test_b1_without_scripts_who_is_sent_away_adds_an_app_and_is_led_back(chromium, site, anna, payroll):
    with chromium.window(site, java_script_enabled=False) as window:
        page = window.page
        enter(window, site, anna, "pwd")
        page.goto("/payroll")
        press(page.get_by_role("button", name="Set up an app"))
        press(page.get_by_role("link", name="Cancel"))
        assert page.title().startswith("Set up two-step verification")
        press(page.get_by_role("button", name="Set up an app"))
        assert page.title().startswith("Add an authenticator app")
        send_plainly(page, code="000000")
        send_plainly(page, code=first_code(page, site))
        press(page.get_by_role("link", name="I saved them"))

        assert (page.url, page.inner_text("body")) == (payroll, "the payroll")
        window.assert_quiet()


def send_plainly(page, **fields):
    for name, value in fields.items():
        page.locator(f"main input[name={name}]").fill(value)
    press(page.locator("main form button.pri").first)


@pytest.mark.parametrize("site", ["ar"], indirect=True)
def test_h1_pages_that_few_people_see_hold_too(chromium, site, anna, reset):
    """Small, dark and from right to left: what holds there holds in the looks of the other pages."""
    make_user(site.app, "berta")
    with visitor(chromium, site, "dark", 320) as window:
        page = window.page
        VirtualAuthenticator(page)
        page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
        reset(page)
        window.see("rare-home-offers")
        window.context.clear_cookies(name="watchword")
        window.see("rare-sign-in-marked", "/login")
        send(page, identifier="berta", password=PASSWORD)
        press(page.get_by_role("link", name="Use my phone number"))
        window.see("rare-first-phone")
        send(page, number="+4915112345678")
        window.see("rare-first-phone-code")
        page.goto("/login/set-up?choose=again")
        page.get_by_role("button", name="Create a passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        window.see("rare-codes-offered")
        press(page.get_by_role("link", name="Not now"))
        page.goto("/account/security")
        press(page.get_by_role("link", name="Change or remove"))
        press(page.get_by_role("button", name="Remove this passkey"))
        expect(page.get_by_role("button", name="Add an authenticator app")).to_be_visible()
        window.see("rare-required-passkey")
        page.goto("/account/activity")
        press(page.get_by_role("button", name="This wasn't me").first)
        window.see("rare-doubt")
