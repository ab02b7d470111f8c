"""What must hold for people, by the ids of the checklist: A filling in, B signing in, F errors, H access, J speed."""

from __future__ import annotations

import re

import pytest

from tests.support.chromium import press
from watchword.testing import PASSWORD, make_user

PAGES = ["/login", "/register", "/", "/logout"]


@pytest.fixture
def page(chromium, site):
    with chromium.window(site, reduced_motion="reduce") as window:
        yield window.page


def fill_in(page, **fields):
    for name, value in fields.items():
        page.locator(f"main input[name={name}]").fill(value)


def test_a1_a2_password_managers_know_the_fields_of_the_sign_in_page(page):
    page.goto("/login")

    assert page.locator("input[name=identifier]").get_attribute("autocomplete") == "username webauthn"
    password = page.locator("input[name=password]")
    assert password.get_attribute("autocomplete") == "current-password"
    assert password.get_attribute("id") == "current-password"


def test_a3_d1_registering_asks_for_one_new_password(page):
    page.goto("/register")

    assert page.locator("input[type=password]").count() == 1
    assert page.locator("input[type=password]").get_attribute("autocomplete") == "new-password"


def test_a5_every_form_is_for_one_purpose(page):
    for path in PAGES:
        page.goto(path)
        for form in page.locator("form").all():
            assert form.get_attribute("method").lower() == "post"
            assert form.locator("input[type=password]").count() <= 1


def test_a8_a_code_may_be_pasted_with_blanks(chromium, site, mailbox):
    from watchword.web.setup import setup_of

    with chromium.window(site, permissions=["clipboard-read", "clipboard-write"]) as window:
        page = window.page
        page.goto("/register")
        fill_in(page, username="berta", email="berta@example.com", password=PASSWORD)
        press(page.locator("main form button.pri"))
        setup_of(site.app).delivery.run_once()
        code = mailbox.code()
        field = page.locator("input[name=code]")
        assert field.get_attribute("autocomplete") == "one-time-code"
        assert field.get_attribute("inputmode") == "numeric"
        page.evaluate("text => navigator.clipboard.writeText(text)", f"{code[:4]} {code[4:]}")
        field.focus()
        page.keyboard.press("Control+V")
        page.keyboard.press("Enter")
        page.wait_for_url("**/login")


def test_b4_enter_in_any_field_submits_and_no_button_waits_for_valid_input(page, site):
    make_user(site.app, "anna")
    for field in ("identifier", "password"):
        page.goto("/login")
        assert page.locator("main form button.pri").is_enabled()
        fill_in(page, identifier="anna", password=PASSWORD)
        page.locator(f"main input[name={field}]").press("Enter")
        page.wait_for_url("**/dashboard")


def test_b5_a_form_is_sent_once_and_lives_again_on_coming_back(page, site):
    page.goto("/login")
    fill_in(page, identifier="nobody", password="not the password at all")
    sent = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.url) if request.method == "POST" and request.url.endswith("/login") else None
        ),
    )
    with page.expect_navigation():
        page.locator("main form button.pri").dblclick()
    assert len(sent) == 1
    assert page.locator("main form button.pri").is_enabled()


def test_b6_the_ways_on_are_seen_without_scrolling_on_a_small_phone(chromium, site):
    with chromium.window(site, size=(320, 640)) as window:
        window.page.goto("/login")
        box = window.page.get_by_role("link", name="Create an account").first.bounding_box()
        assert box["y"] + box["height"] <= 640


def test_b8_keeping_signed_in_is_asked_for_and_only_then_the_cookie_stays(chromium, site):
    make_user(site.app, "anna")
    for wanted in (False, True):
        with chromium.window(site) as window:
            page = window.page
            page.goto("/login")
            assert not page.locator("input[name=remember]").is_checked()
            fill_in(page, identifier="anna", password=PASSWORD)
            if wanted:
                page.locator("input[name=remember]").check()
            press(page.locator("main form button.pri"))
            page.wait_for_url("**/dashboard")
            cookie = next(one for one in window.context.cookies() if one["name"] == "watchword")
            assert (cookie["expires"] > 0) is wanted
            assert cookie["httpOnly"]
            assert cookie["sameSite"] == "Lax"


def test_f4_f5_a_wrong_sign_in_says_one_neutral_thing_and_keeps_the_name(page):
    page.goto("/login")
    fill_in(page, identifier="nobody", password="not the password at all")
    press(page.locator("main form button.pri"))

    assert "doesn't match" in page.get_by_role("alert").inner_text()
    assert page.locator("input[name=identifier]").input_value() == "nobody"


def test_f7_an_old_form_is_drawn_again_in_plain_words(page):
    page.goto("/login")
    fill_in(page, identifier="nobody", password="not the password at all")
    page.locator("main input[name=csrf_token]").evaluate("input => { input.value = 'old' }")
    press(page.locator("main form button.pri"))

    assert "That page was open a while. Try again." in page.get_by_role("alert").inner_text()
    assert page.locator("input[name=identifier]").input_value() == "nobody"
    assert not re.search(r"csrf|token|40\d", page.locator("body").inner_text(), re.IGNORECASE)


def test_h3_h4_the_keyboard_reaches_everything_in_reading_order_with_a_visible_ring(page):
    page.goto("/login")
    assert page.locator("[tabindex]:not([tabindex='-1'])").count() == 0
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
                return [b.top, s.outlineStyle, parseFloat(s.outlineWidth), e.tagName] }"""
            )
        )
    stops = [stop for stop in seen if stop[3] != "BODY"]
    assert len(stops) >= 5
    assert all(style != "none" and width >= 2 for _, style, width, _ in stops)


def test_h7_h8_text_spacing_and_double_text_size_lose_nothing(chromium, site):
    spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    with chromium.window(site, size=(640, 800), bypass_csp=True) as window:
        for path in ("/login", "/register", "/"):
            for style in (spacing, "html { font-size: 200% }"):
                window.page.goto(path)
                window.page.add_style_tag(content=style)
                assert window.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, style)


def test_h10_with_reduced_motion_nothing_moves(page):
    page.goto("/login")

    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
        const animated = s.animationName !== 'none' && parseFloat(s.animationDuration) > 0;
        return parseFloat(s.transitionDuration) > 0 || animated
        }).length"""
    )
    assert moving == 0


def test_h11_in_forced_colours_fields_and_buttons_keep_their_edges(chromium, site):
    with chromium.window(site, forced_colors="active") as window:
        window.page.goto("/login")
        for selector in ("input[name=identifier]", "main form button.pri"):
            edge = window.page.locator(selector).evaluate("e => getComputedStyle(e).borderTopStyle")
            assert edge == "solid"


def test_j1_the_sign_in_page_is_light_and_asks_nobody_else(page, site):
    asked, weight = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: weight.append(len(response.body())))
    page.goto("/login", wait_until="networkidle")

    assert all(url.startswith(site) for url in asked)
    assert sum(weight) < 60_000  # as sent, without compression: about a quarter of it with gzip


def test_j5_the_policy_stops_inline_scripts(page):
    page.goto("/login")
    page.evaluate(
        """() => { const s = document.createElement('script'); try { s.textContent = 'window.broken = 1' } catch (e) {}
        document.body.append(s) }"""
    )

    assert page.evaluate("window.broken") is None
