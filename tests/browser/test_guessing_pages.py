"""What people see of the limits and of choosing a password, by the ids of the checklist: D4, D7 and F6."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looks import look
from tests.support.chromium import press
from watchword.testing import PASSWORD, make_user


def sign_in(page, password):
    page.goto("/login")
    page.locator("input[name=identifier]").fill("anna")
    page.locator("input[name=password]").fill(password)
    press(page.locator("main form button.pri").first)


def test_f6_who_is_held_back_reads_how_long_sees_it_run_and_has_a_way_out(chromium, site, clock):
    make_user(site.app, "anna")
    with chromium.window(site, size=(320, 640), reduced_motion="reduce") as window:
        page = window.page
        page.clock.install()
        for _ in range(6):
            sign_in(page, "not the password at all")
        alert, left = page.get_by_role("alert"), page.locator("[data-left]")

        assert "Try again in 60 seconds" in alert.inner_text()
        assert "locked" not in page.content().lower()
        assert alert.get_by_role("link", name="Reset your password").is_visible()
        expect(left).to_have_text(re.compile(r"1:00|0:[45]\d"))  # the time runs while the page is looked at
        look(window, "held-back")
        page.clock.fast_forward(31_000)
        expect(left).to_have_text(re.compile(r"0:[012]\d"))
        page.clock.fast_forward(29_000)
        expect(page.get_by_text("You can try again now.")).to_be_attached()
        expect(left).to_be_hidden()
        clock.pass_(minutes=1)
        sign_in(page, PASSWORD)
        assert page.url.endswith("/dashboard")


@pytest.mark.parametrize("site", ["ar"], indirect=True)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_d4_d7_the_meter_and_the_passphrase_read_well_from_right_to_left(chromium, site, scheme, width):
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:
        page = window.page
        page.goto("/register")
        bars = page.locator(".meter i")
        for number, (password, score) in enumerate({"short one": 1, "superman1987martinez": 3}.items()):
            page.locator("#new-password").fill(password)
            expect(page.locator(".meter")).to_have_attribute("data-score", str(score))
            look(window, f"meter-{number}-ar-{scheme}-{width}")
        edges = [bar.bounding_box()["x"] for bar in bars.all()]
        assert edges == sorted(edges, reverse=True)
        page.get_by_role("button", name="Suggest a passphrase").click()
        expect(page.locator(".meter")).to_have_attribute("data-score", "4")
        shown, button = (page.locator(f".pw {part}").bounding_box() for part in ("input", "button"))
        assert button["x"] > shown["x"] + shown["width"] / 2
        look(window, f"passphrase-ar-{scheme}-{width}")
