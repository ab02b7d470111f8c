"""The ways back in and the account as a person walks them: many lines of the checklist in each journey."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.browser.looks import send
from tests.support.chromium import press
from watchword.features.two_factor import recovery_codes
from watchword.testing import PASSWORD, add_authenticator, code_of_app, deliver, make_user, submit
from watchword.testing.people import change

NEW, THIRD = "seven maple trees in the wind", "nine slow barges under the bridge"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def site_settings():
    """Somebody tells where some addresses are, as an operator's file would."""
    return {"policies": {"place_of": lambda _scope, ip: "Berlin, Germany" if ip == "203.0.113.7" else ""}}


@pytest.fixture
def anna(site):
    return make_user(site.app, "anna")


@pytest.fixture
def window(chromium, site):
    """`window()`: a browser of its own; `window(PHONE, password=…)`: in which anna has typed her password."""

    @contextmanager
    def opened(user_agent=WINDOWS, *, password="", **options):
        with chromium.window(site, user_agent=user_agent, **options) as made:
            if password:
                made.page.goto("/login")
                send(made.page, identifier="anna", password=password)
            yield made.page

    return opened


def said(page):
    return page.locator("main").inner_text()


def mailed_to(mailbox, address, subject):
    """The text of the newest mail to *address* whose subject holds *subject*."""
    found = [mail for mail in mailbox.to(address) if subject in mail["Subject"]]
    return found[-1].get_body(("plain",)).get_content()


def link_in(text, kind):
    return next(word.partition(kind)[1] + word.partition(kind)[2] for word in text.split() if kind in word)


@pytest.fixture
def ask_again(site, clock):
    """`ask_again(page)`: when the next mail may go to the address, by the button."""

    def act(page):
        clock.pass_(minutes=11)
        page.reload()
        press(page.get_by_role("button", name="Send it again"))
        deliver(site.app)

    return act


def test_e3_e4_e9_the_newest_code_counts_five_times_and_the_second_step_is_still_asked(
    site, window, anna, ask_again, mailbox
):
    """Numbers as decisions.md has them: 8 digits, as long as the link; a reset signs out all devices, and nobody in."""
    add_authenticator(site.app, anna)
    with window() as page, window(PHONE, password=PASSWORD) as phone:
        send(phone, code=code_of_app(site.app, anna))
        page.goto("/forgot-password")
        send(page, email="anna@example.com")
        deliver(site.app)
        replaced = mailbox.code()
        ask_again(page)

        send(page, code=replaced)
        assert "Check the newest message" in said(page)
        for left in (3, 2, 1, 0):
            send(page, code="00000000")
            assert f"Tries left: {left}" in said(page)
        send(page, code=mailbox.code())
        assert "Open the link in the message, or ask for a new one" in said(page)

        ask_again(page)
        send(page, code=mailbox.code())
        assert page.locator("main input[name=password]").get_attribute("autocomplete") == "new-password"
        send(page, password=NEW)
        assert page.url.endswith("/login")
        phone.goto("/account")
        assert "/login" in phone.url

        send(page, identifier="anna", password=NEW)
        assert page.url.endswith("/login/code")
        send(page, code=code_of_app(site.app, anna))
        assert page.url.endswith("/dashboard")


def test_e4_a_code_dies_with_its_link(window, site, anna, clock, mailbox):
    with window() as page:
        page.goto("/forgot-password")
        send(page, email="anna@example.com")
        deliver(site.app)
        clock.pass_(minutes=30, seconds=1)
        send(page, code=mailbox.code())

        assert "That code isn't right" in said(page)


def test_e10_e12_g3_g5_a_stranger_moves_the_account_and_its_owner_takes_it_back(site, window, anna, clock, mailbox):
    with window(password=PASSWORD) as laptop, window(PHONE, password=PASSWORD) as thief, window(FIREFOX) as elsewhere:
        deliver(site.app)
        told = mailed_to(mailbox, "anna@example.com", "New sign-in")
        for fact in ("When:", "Safari on iPhone", "IP address: 127.0.0.1", "Signed in with: password"):
            assert fact in told
        assert "Place" not in told

        thief.goto("/account/email")
        send(thief, email="thief@example.com")
        deliver(site.app)
        undo = link_in(mailed_to(mailbox, "anna@example.com", "address"), "/secure-account/")
        thief.goto(link_in(mailed_to(mailbox, "thief@example.com", ""), "/confirm-email/"))
        send(thief)
        secret = session_of(thief)
        thief.goto("/account/password")
        send(thief, current_password=PASSWORD, password=NEW)
        assert session_of(thief) != secret
        assert "Other devices are signed out" in said(thief)
        laptop.goto("/account")
        assert "/login" in laptop.url

        clock.pass_(days=6, hours=23)
        elsewhere.goto(undo)
        assert elsewhere.url.endswith("/secure-account")
        assert elsewhere.locator("main form button").count() == 1
        send(elsewhere)
        thief.goto("/account")
        assert "/login" in thief.url
        deliver(site.app)
        elsewhere.goto(link_in(mailed_to(mailbox, "anna@example.com", "Reset"), "/reset-password/"))
        send(elsewhere, password=THIRD)
        send(elsewhere, identifier="anna@example.com", password=THIRD)
        assert elsewhere.url.endswith("/dashboard")


def session_of(page):
    return next(one["value"] for one in page.context.cookies() if one["name"] == "watchword")


def test_e17_a_recovery_code_however_typed_works_once_and_is_mailed(window, site, anna, mailbox):
    add_authenticator(site.app, anna)
    with change(site.app) as scope:
        code = recovery_codes.make_new_set(scope, anna)[0]
    with window(password=PASSWORD) as page, window(PHONE, password=PASSWORD) as phone:
        send(page, code=code.upper().replace("-", " "))
        assert page.url.endswith("/dashboard")
        send(phone, code=code)
        assert phone.url.endswith("/login/code")
    deliver(site.app)

    assert "9" in mailed_to(mailbox, "anna@example.com", "recovery code")


def test_g1_g3_g7_devices_and_sign_ins_are_told_apart_by_name_address_time_place_and_way(window, site, anna, clock):
    add_authenticator(site.app, anna)
    for user_agent, ip in ((PHONE, "203.0.113.7"), (FIREFOX, "203.0.113.8"), ("", "2001:db8:7:7::1")):
        browser = site.app.test_client()
        browser.environ_base |= {"HTTP_USER_AGENT": user_agent, "REMOTE_ADDR": ip}
        submit(browser, "/login", identifier="anna", password=PASSWORD)
        clock.pass_(minutes=1)
        assert submit(browser, "/login/code", code=code_of_app(site.app, anna)).status_code == 303
        clock.pass_(minutes=7)
        browser.get("/account")
    with window(password=PASSWORD) as page:
        clock.pass_(minutes=1)
        send(page, code=code_of_app(site.app, anna))
        page.goto("/account/sessions")
        here, others = page.locator("section.sect").nth(0), page.locator("section.sect").nth(1)
        assert "Chrome on Windows" in here.inner_text()
        assert here.get_by_role("button").count() == 0
        rows = others.locator(".item")
        names = ["Unknown device", "Firefox on Linux", "Safari on iPhone"]
        assert [row.locator(".lbl").inner_text() for row in rows.all()] == names
        told = rows.last.inner_text()
        for fact in ("203.0.113.7", "First seen 24 minutes ago", "Last active 17 minutes ago", "with: password, code"):
            assert fact in told
        assert rows.last.locator("time").first.get_attribute("title") == "Nov 24, 2026, 12:01\u202fPM"
        assert "About Berlin, Germany" in told
        assert said(page).count("About") == 2  # of the session and of the browser that is known, and no other
        assert [row.get_by_role("button").count() for row in rows.all()] == [1, 1, 1]

        page.goto("/account/activity")
        line = (
            page.locator(".item", has_text="203.0.113.7").filter(has_text="Signed in with: password, code").inner_text()
        )
        for fact in ("24 minutes ago", "Safari on iPhone", "About Berlin, Germany", "This wasn't me"):
            assert fact in line


@pytest.fixture
def show_code(site, anna, clock):
    """`show_code(page)`: the next one of anna's app."""
    add_authenticator(site.app, anna)

    def act(page):
        clock.pass_(minutes=1)
        send(page, code=code_of_app(site.app, anna))

    return act


@pytest.fixture
def sign_in(show_code):
    """`sign_in(page)`: with the password, and the second step where it is asked; returns whether it was."""

    def act(page, password=PASSWORD, *, trust=False):
        page.goto("/login")
        send(page, identifier="anna", password=password)
        asked = page.url.endswith("/login/code")
        if asked:
            page.locator("#trust").set_checked(trust)
            show_code(page)
        assert page.url.endswith("/dashboard")
        return asked

    return act


def test_g8_a_trusted_browser_is_listed_revoked_ends_with_the_password_and_after_30_days(
    window, clock, sign_in, show_code
):
    with window() as page:
        assert sign_in(page, trust=True)
        assert not sign_in(page)
        page.goto("/account/sessions")
        known = page.locator("section[aria-labelledby=known]")
        assert "Trusted" in known.inner_text()
        assert "No second step until Dec 24, 2026" in known.inner_text()
        press(known.get_by_role("button", name="Stop trusting"))
        assert "/account/confirm" in page.url  # what is sensitive asks for the second step, trusted or not
        show_code(page)
        press(page.locator("main form button.pri"))
        assert "That browser isn't trusted any more" in said(page)

        assert sign_in(page, trust=True)
        page.goto("/account/password")
        send(page, current_password=PASSWORD, password=NEW)
        assert sign_in(page, NEW, trust=True)

        clock.pass_(days=29, hours=23)
        assert not sign_in(page, NEW)
        clock.pass_(hours=2)
        assert sign_in(page, NEW)
