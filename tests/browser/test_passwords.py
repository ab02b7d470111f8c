"""Choosing a password: the meter while one types, and the passphrase for the asking."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.chromium import press
from watchword.testing import PASSWORD, login_as, make_user

LOOKS = list(itertools.product(["light", "dark"], [1280, 320]))
LIVE, METER = "#new-password-live", ".meter"


@pytest.fixture
def window(chromium, site):
    with chromium.window(site, reduced_motion="reduce") as window:
        yield window


@pytest.fixture
def page(window):
    window.page.goto("/register")
    return window.page


def test_d4_the_meter_says_a_word_and_one_tip_once_one_stops_typing(page, window):
    asked = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith("/password/strength") else None)
    page.locator("#new-password").press_sequentially("short one")

    expect(page.locator(LIVE)).to_have_text(
        "Weak. Use at least 15 characters. A few random words with spaces between them work well."
    )
    expect(page.locator(METER)).to_have_attribute("data-score", "1")
    assert len(asked) < len("short one")
    page.locator("#new-password").fill(PASSWORD)
    expect(page.locator(LIVE)).to_have_text("Strong. ")
    expect(page.locator(METER)).to_have_attribute("data-score", "4")
    page.locator("#new-password").fill("")
    expect(page.locator(LIVE)).to_have_text("")
    expect(page.locator(METER)).to_be_hidden()
    window.assert_quiet()


def test_d4_the_meter_knows_the_name_in_the_form(page):
    page.locator("input[name=username]").fill("bartholomew")
    page.locator("#new-password").fill("bartholomew of 26")

    expect(page.locator(LIVE)).to_contain_text("isn't made of your name")


def test_d7_a_suggested_passphrase_fills_the_shown_field_and_is_strong(page, window):
    field = page.locator("#new-password")
    page.get_by_role("button", name="Suggest a passphrase").click()

    expect(field).to_have_attribute("type", "text")
    expect(page.locator(LIVE)).to_contain_text("Strong.")
    first = field.input_value()
    assert len(first.split()) == 6
    page.get_by_role("button", name="Suggest a passphrase").click()
    expect(field).not_to_have_value(first)
    expect(field).to_have_attribute("type", "text")
    assert first not in page.url
    window.assert_quiet()


def test_d4_without_an_answer_the_form_still_works(page):
    page.route("**/password/*", lambda route: route.abort())
    page.locator("#new-password").fill("password1234567")
    page.locator("input[name=username]").fill("berta")
    page.locator("input[name=email]").fill("berta@example.com")
    press(page.locator("main form button.pri"))

    assert "lists that attackers try first" in page.get_by_role("alert").inner_text()


def test_without_scripts_a_page_of_its_own_suggests_one(chromium, site):
    with chromium.window(site, java_script_enabled=False) as window:
        window.page.goto("/register")
        assert window.page.locator(METER).is_hidden()
        with window.context.expect_page() as opened:
            window.page.get_by_role("link", name="Suggest a passphrase").click()
        assert len(opened.value.locator(".phrase").inner_text().split()) == 6


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_meter_is_seen_and_read_in_every_look(chromium, site, scheme, width):
    secret = login_as(site.app.test_client(), make_user(site.app, "anna"))
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        window.context.add_cookies([{"name": "watchword", "value": secret, "url": site}])
        for path in ("/register", "/account/password"):
            window.page.goto(path)
            for password, word in (("short one", "Weak."), ("superman1987martinez", "Good."), (PASSWORD, "Strong.")):
                window.page.locator("#new-password").fill(password)
                expect(window.page.locator(LIVE)).to_contain_text(word)
                window.picture(f"meter-{path.strip('/').replace('/', '-')}-{word.strip('.')}-{scheme}-{width}")
                assert violations(window.page) == []
        assert window.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        window.assert_quiet()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_choosing_another_at_sign_in_is_seen_in_every_look(chromium, site, scheme, width):
    make_user(site.app, "anna", password="password1234567")
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        page = window.page
        page.goto("/login")
        page.locator("input[name=identifier]").fill("anna")
        page.locator("input[name=password]").fill("password1234567")
        press(page.locator("main form button.pri").first)
        page.wait_for_url("**/login/new-password")
        window.picture(f"choose-another-{scheme}-{width}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        page.get_by_role("button", name="Suggest a passphrase").click()
        expect(page.locator(LIVE)).to_contain_text("Strong.")
        press(page.locator("main form button.pri").first)
        page.wait_for_url("**/dashboard")
        window.assert_quiet()
