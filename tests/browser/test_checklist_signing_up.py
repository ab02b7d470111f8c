"""Signing up as a person does it, by the ids of the checklist: D2, D5, D9, D10, D11 and D12."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looks import LANGUAGES, look, send
from tests.support.chromium import press
from watchword.testing import PASSWORD, login_as, make_user

RULE = "At least 15 characters. Spaces are welcome; a few random words work well."
SLIPS = {
    "anna@gmial.com": "gmail.com",
    "anna@gmai.com": "gmail.com",
    "anna@gmaill.con": "gmail.com",
    "anna@GMAIL.co": "gmail.com",
    "anna@hotmial.co.uk": "hotmail.co.uk",
    "anna@yaho.fr": "yahoo.fr",
}
NO_SLIPS = [
    "anna@gmail.com",
    "anna@mail.com",
    "anna@main.com",
    "anna@mail.ru",
    "anna@yahoo.co.jp",
    "anna@example.com",
    "anna@gmail",
    "a",
]


@pytest.fixture
def window(chromium, site):
    with chromium.window(site, size=(320, 720), reduced_motion="reduce") as window:
        window.page.clock.install()
        window.page.goto("/register")
        yield window


@pytest.fixture
def page(window):
    return window.page


def pause(page):
    """Stop typing for as long as the page waits for."""
    page.clock.run_for(500)


def login_as_anna(page, site):
    secret = login_as(site.app.test_client(), make_user(site.app, "anna"))
    page.context.add_cookies([{"name": "watchword", "value": secret, "url": site}])


def described(page, field):
    """What a screen reader says of *field* after its name."""
    return [page.locator(f"#{one}").inner_text() for one in field.get_attribute("aria-describedby").split()]


def test_d2_d10_d12_the_page_says_its_rule_first_asks_for_what_it_needs_and_sets_no_puzzle(page, site):
    password = page.locator("#new-password")
    assert RULE in described(page, password)
    assert page.get_by_text(RULE).is_visible()

    form = page.locator("main form")
    assert form.locator("input:visible").evaluate_all("all => all.map(one => one.name)") == [
        "username",
        "email",
        "password",
    ]
    assert form.locator("input:visible:not([required])").count() == 0
    assert "*" not in form.inner_text()
    assert "(optional)" not in form.inner_text()
    assert page.locator("iframe, canvas, main img, input[type=checkbox]").count() == 0
    sources = page.locator("script").evaluate_all("all => all.map(one => one.src)")
    assert all(source.startswith(site) for source in sources)


def test_d11_d2_what_was_typed_stays_but_the_password(page):
    send(page, username="berta", email="berta@gmail.com", password="too short")

    assert page.locator("input[name=username]").input_value() == "berta"
    assert page.locator("input[name=email]").input_value() == "berta@gmail.com"
    password = page.locator("#new-password")
    assert password.input_value() == ""
    assert {RULE, "Use at least 15 characters. A few random words with spaces between them work well."} <= set(
        described(page, password)
    )


def test_d5_the_meter_says_what_the_server_says_and_not_by_colour_alone(chromium, site):
    """With the colours that a person forces on all pages; the rest of the promise is a property of the server."""
    with chromium.window(site, forced_colors="active") as window:
        page = window.page
        for password, word, bars, is_taken in (
            ("responsibilities", "Weak.", 1, False),
            ("superman1987martinez", "Good.", 3, True),
        ):
            page.goto("/register")
            page.locator("#new-password").fill(password)
            expect(page.locator("#new-password-live")).to_contain_text(word)
            painted = page.locator(".meter i").evaluate_all(
                "all => all.map(one => getComputedStyle(one).backgroundColor)"
            )
            assert painted == [painted[0]] * bars + [painted[-1]] * (4 - bars)
            assert painted[0] != painted[-1]
            send(page, username="berta", email="berta@example.com", password=password)
            assert page.url.endswith("/confirm-email") is is_taken


def test_d9_a_slip_in_an_address_is_asked_about_and_mended_by_a_press_only(page, window):
    email, button = page.locator("input[name=email]"), page.locator("button[data-mends]")
    for typed in NO_SLIPS:
        email.fill(typed)
        pause(page)
        expect(button).to_be_hidden()
    for typed, meant in SLIPS.items():
        email.fill(typed)
        pause(page)
        expect(button).to_have_text(f"Did you mean {meant}?")
        expect(email).to_have_value(typed)
    email.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(email).to_have_value("anna@yahoo.fr")
    expect(email).to_be_focused()
    expect(button).to_be_hidden()
    window.assert_quiet()

    send(page, username="anna", email="anna@gmial.com", password=PASSWORD)
    assert page.url.endswith("/confirm-email")
    assert "anna@gmial.com" in page.locator("main").inner_text()


def test_d9_the_same_question_stands_where_else_a_mail_is_to_go(page, site):
    login_as_anna(page, site)
    for path in ("/forgot-password", "/account/email"):
        page.goto(path)
        page.locator("input[name=email]").fill("anna@gmial.com")
        pause(page)
        page.get_by_role("button", name="Did you mean gmail.com?").click()
        expect(page.locator("input[name=email]")).to_have_value("anna@gmail.com")


@pytest.mark.parametrize("site", LANGUAGES, indirect=True)
def test_d9_the_question_reads_well_in_both_directions(page, window, site):
    page.locator("input[name=email]").fill("anna@gmial.com")
    pause(page)
    expect(page.locator("button[data-mends]")).to_be_visible()
    look(window, f"typo-{site.language}")


def test_d9_without_scripts_nothing_is_asked_and_the_next_page_shows_the_address(chromium, site):
    with chromium.window(site, java_script_enabled=False) as window:
        page = window.page
        page.goto("/register")
        for name, value in {"username": "anna", "email": "anna@gmial.com", "password": PASSWORD}.items():
            page.locator(f"input[name={name}]").fill(value)
        assert page.locator("button[data-mends]").is_hidden()
        press(page.locator("main form button.pri"))
        assert "anna@gmial.com" in page.locator("main").inner_text()
        press(page.get_by_role("link", name="Wrong address? Change it"))
        assert page.url.endswith("/register")
