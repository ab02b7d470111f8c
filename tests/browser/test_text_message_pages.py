"""The pages of codes by text message."""

from __future__ import annotations

import pytest

from tests.browser.looks import LANGUAGES, LOOKS, send, visitor
from tests.support.chromium import press
from watchword.testing import PASSWORD, SmsInbox, add_phone, deliver, make_user

PHONE = "+4915112345678"
pytestmark = [
    pytest.mark.parametrize("site", LANGUAGES, indirect=True),
    pytest.mark.parametrize("colours_and_width", LOOKS, ids="{0[0]}-{0[1]}".format),
]


@pytest.fixture
def inbox():
    return SmsInbox()


@pytest.fixture
def site_settings(inbox):
    return {"WATCHWORD_SMS_SENDER": inbox, "WATCHWORD_SMS_COUNTRIES": "DE"}


def test_pages_of_text_messages(chromium, site, inbox, clock, colours_and_width):
    add_phone(site.app, make_user(site.app, "anna"), PHONE)
    with visitor(chromium, site, *colours_and_width) as window:
        page = window.page
        page.goto("/login")
        send(page, identifier="anna", password=PASSWORD)
        window.see("phone-step")
        press(page.locator("main form .btn.pri"))
        window.see("phone-step-sent")
        deliver(site.app)
        send(page, code=inbox.code())
        window.see("phone-security", "/account/security")
        window.see("phone-number", "/account/two-factor/phone")
        clock.pass_(minutes=11)
        page.goto("/account/two-factor/phone/remove")
        press(page.locator("button[formaction]"))
        window.see("phone-confirm")
        deliver(site.app)
        send(page, code=inbox.code())
        assert page.url.endswith("/account/two-factor/phone/remove")
