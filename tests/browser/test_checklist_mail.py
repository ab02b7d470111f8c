"""What must hold for people who wait for a mail, move house, or look at their devices: E codes and mail, G account."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.browser.looks import send
from tests.support.axe import violations
from tests.support.chromium import press
from watchword.testing import PASSWORD, deliver, make_user

NEW = "seven maple trees in the wind"


@pytest.fixture
def asking(chromium, site):
    """The page of anna, who forgot the password and asked for a mail."""
    make_user(site.app, "anna")
    with chromium.window(site) as window:
        window.page.goto("/forgot-password")
        send(window.page, email="anna@example.com")
        yield window.page


@contextmanager
def signed_in(chromium, site):
    """A browser in which anna signed in a moment ago."""
    with chromium.window(site) as window:
        window.page.goto("/login")
        send(window.page, identifier="anna", password=PASSWORD)
        yield window.page


def test_e1_e2_the_inbox_page_says_where_to_look_and_when_to_ask_again(asking):
    asking.clock.install()
    asking.reload()
    text = asking.locator("main").inner_text()
    for told in ("anna@example.com", "no-reply@", "spam folder", "Wrong address? Change it"):
        assert told in text
    again = asking.get_by_role("button", name="Send it again")
    assert again.is_disabled()
    asking.clock.run_for(61_000)
    assert again.is_enabled()


def test_e5_e6_e8_looking_uses_nothing_up_and_the_mail_opens_on_another_device(chromium, site, asking, mailbox):
    deliver(site.app)
    with chromium.window(site) as phone:
        for _ in range(3):
            phone.page.goto(mailbox.link())
            assert phone.page.url.endswith("/reset-password")
            assert phone.page.locator("input[autocomplete=username]").input_value() == "anna"
    send(asking, code=mailbox.code())
    send(asking, password=NEW)
    asking.wait_for_url("**/login")


def test_e7_a_used_link_says_so_and_offers_a_new_one(chromium, site, asking, mailbox):
    deliver(site.app)
    with chromium.window(site) as phone:
        phone.page.goto(mailbox.link())
        send(phone.page, password=NEW)
        phone.page.goto(mailbox.link(0))
        assert "used already" in phone.page.locator("main").inner_text()
        assert phone.page.locator("main a[href='/forgot-password']").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_e13_a_mail_is_drawn_without_fetching_anything_and_is_accessible(chromium, site, asking, mailbox, scheme):
    deliver(site.app)
    html = mailbox.mails[-1].get_body(("html",)).get_content()
    fetched = []
    with chromium.window(site, color_scheme=scheme, bypass_csp=True) as window:
        window.page.on("request", lambda request: fetched.append(request.url))
        window.page.set_content(html)
        assert violations(window.page) == []
    assert fetched == []
    assert html.count("<a ") >= 1


def test_g4_the_interrupted_change_goes_on_with_what_was_typed(chromium, site, clock):
    make_user(site.app, "anna")
    with signed_in(chromium, site) as page:
        page.goto("/account/email")
        page.locator("main input[name=email]").fill("anna@new.example")
        clock.pass_(minutes=11)
        press(page.locator("main form .btn.pri"))
        assert "/account/confirm" in page.url
        send(page, password=PASSWORD)
        page.wait_for_url("**/account/email")
        assert page.locator("main input[name=email]").input_value() == "anna@new.example"
        press(page.locator("main form .btn.pri"))
        assert "anna@new.example" in page.locator("main").inner_text()


def test_g1_g2_g12_this_device_stands_first_without_a_way_out_beside_it_and_the_other_is_out_at_once(chromium, site):
    make_user(site.app, "anna")
    with signed_in(chromium, site) as laptop, signed_in(chromium, site) as phone:
        laptop.goto("/account/sessions")
        here, others = laptop.locator("section.sect").nth(0), laptop.locator("section.sect").nth(1)
        assert "This device" in here.inner_text()
        assert here.get_by_role("button").count() == 0
        assert "Chrome" in others.inner_text()
        press(others.get_by_role("button"))
        phone.goto("/account")
        assert "/login" in phone.url
        leave = laptop.locator("form[action='/logout'] button").first
        press(leave)
        assert "/login" in laptop.url
