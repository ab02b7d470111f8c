"""The pages of who forgot a password, reads a notice, or is asked one more thing while signing in."""

from __future__ import annotations

import pytest

from tests.browser.looks import LANGUAGES, LOOKS, send, visitor
from watchword.features.my_account import service as my_account
from watchword.testing import PASSWORD, deliver, make_user
from watchword.testing.people import change

pytestmark = [
    pytest.mark.parametrize("site", LANGUAGES, indirect=True),
    pytest.mark.parametrize("colours_and_width", LOOKS, ids="{0[0]}-{0[1]}".format),
]


def test_pages_of_a_forgotten_password(chromium, site, mailbox, colours_and_width):
    make_user(site.app, "anna")
    with visitor(chromium, site, *colours_and_width) as window:
        window.see("forgot", "/forgot-password")
        send(window.page, email="anna@example.com")
        window.see("reset-inbox")
        send(window.page, code="00000000")
        window.see("reset-code-wrong")
        deliver(site.app)
        window.see("reset-password", mailbox.link())
        send(window.page, password="short")
        window.see("reset-password-error")
        send(window.page, password="seven maple trees in the wind")
        window.see("reset-done")
        window.see("reset-link-not-valid", mailbox.link(0))


def test_pages_of_this_was_not_me(chromium, site, mailbox, colours_and_width):
    anna = make_user(site.app, "anna")
    close(site, anna)
    with visitor(chromium, site, *colours_and_width) as window:
        window.see("secure", mailbox.link())
        send(window.page)
        window.see("secure-done")
        window.see("secure-link-not-valid", mailbox.link(0))


def test_pages_of_one_more_question_while_signing_in(chromium, site, colours_and_width):
    make_user(site.app, "berta", password="password1234567")
    close(site, make_user(site.app, "anna"))
    with visitor(chromium, site, *colours_and_width) as window:
        window.page.goto("/login")
        send(window.page, identifier="anna", password=PASSWORD)
        window.see("keep-account")
        window.page.goto("/login")
        send(window.page, identifier="berta", password="password1234567")
        window.see("choose-password")


def close(site, user_id):
    with change(site.app) as scope:
        my_account.closing.close(scope, user_id)
    deliver(site.app)
