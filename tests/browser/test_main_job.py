"""The main job as a person does it, in a real browser, with and without scripts."""

from __future__ import annotations

import re

import pytest

from tests.support.chromium import press
from watchword.testing import PASSWORD
from watchword.web.setup import setup_of


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_register_confirm_sign_in_see_a_page_sign_out(chromium, site, mailbox, scripts):
    with chromium.window(site, java_script_enabled=scripts) as window:
        page = window.page
        page.goto("/")
        page.get_by_role("link", name="Create an account").first.click()
        page.get_by_label("User name").fill("berta")
        page.get_by_label("Email").fill("berta@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page.get_by_role("button", name="Create account"))
        assert page.get_by_role("heading", name="Check your inbox").is_visible()
        assert page.get_by_text("berta@example.com").first.is_visible()

        setup_of(site.app).delivery.run_once()
        page.goto(mailbox.link())
        assert page.url.endswith("/confirm-email")
        press(page.get_by_role("button", name="Confirm"))
        assert page.get_by_role("status").first.is_visible()

        page.get_by_label("Email or user name").fill("berta")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Keep me signed in").check()
        press(page.get_by_role("button", name="Sign in", exact=True))
        assert page.url.endswith("/dashboard")
        assert page.get_by_text("berta").first.is_visible()

        press(page.get_by_role("button", name="Sign out").first)
        assert page.url.endswith("/login")
        page.goto("/dashboard")
        assert "/login" in page.url
        window.troubles = [
            one for one in window.troubles if "Clear-Site-Data" not in one
        ]  # Chromium tells that it obeys
        window.assert_quiet()


def test_a_device_signed_out_elsewhere_is_out_on_its_next_request(chromium, site, anna_in):
    with anna_in() as laptop, anna_in() as phone:
        laptop.page.goto("/account/sessions")
        press(laptop.page.get_by_role("button", name="Sign out everywhere else"))
        phone.page.goto("/account")
        assert "/login" in phone.page.url
        laptop.page.goto("/account")
        assert laptop.page.url.endswith("/account")


def test_the_password_can_be_shown_and_is_masked_again_before_it_is_sent(chromium, site):
    with chromium.window(site) as window:
        page = window.page
        page.goto("/login")
        field = page.locator("input[name=password]")
        field.fill("visible for a moment")
        page.get_by_role("button", name=re.compile("Show")).click()
        assert field.get_attribute("type") == "text"
        page.get_by_label("Email or user name").fill("nobody")
        press(page.get_by_role("button", name="Sign in", exact=True))
        assert page.locator("input[name=password]").get_attribute("type") == "password"
        assert page.locator("input[name=password]").input_value() == ""


def test_an_error_takes_the_focus_and_the_title_and_leads_to_its_field(chromium, site):
    with chromium.window(site) as window:
        page = window.page
        page.goto("/register")
        for name, value in (("username", "a b"), ("email", "berta@example.com"), ("password", "short")):
            page.locator(f"input[name={name}]").fill(value)
        page.locator("form").first.evaluate("form => form.noValidate = true")
        press(page.get_by_role("button", name="Create account"))
        assert page.title().startswith("Error: ")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        assert page.locator("input[name=username]").get_attribute("aria-invalid") == "true"
        assert page.locator("input[name=email]").input_value() == "berta@example.com"
        page.get_by_role("alert").get_by_role("link").first.click()
        assert page.evaluate("document.activeElement.name") == "username"


def test_nothing_private_comes_back_with_the_back_button(chromium, site, anna_in):
    with anna_in() as window:
        page = window.page
        page.goto("/account")
        press(page.get_by_role("button", name="Sign out").first)
        page.go_back()
        assert "anna@example.com" not in page.content()


@pytest.fixture
def anna_in(chromium, site):
    """Open a browser in which anna is signed in."""
    from contextlib import contextmanager

    from watchword.testing import make_user

    make_user(site.app, "anna")

    @contextmanager
    def opened(**options):
        with chromium.window(site, **options) as window:
            window.page.goto("/login")
            window.page.get_by_label("Email or user name").fill("anna")
            window.page.get_by_label("Password", exact=True).fill(PASSWORD)
            press(window.page.get_by_role("button", name="Sign in", exact=True))
            assert window.page.url.endswith("/dashboard")
            yield window

    return opened
