"""Anna, an intruder in her session, and the links that each of them is mailed."""

from __future__ import annotations

import re

import pytest

from tests.attacks.taken_back.people import INTRUDER
from tests.support.ticking import Ticking
from watchword.testing import deliver, login_as, submit


@pytest.fixture
def clock():
    """One that moves between two calls: a link that is a moment younger than the click was no dead one."""
    return Ticking()


@pytest.fixture
def thief(app, anna):
    """A browser in which an intruder is signed in as anna."""
    browser = app.test_client()
    login_as(browser, anna)
    return browser


@pytest.fixture
def post(app, mailbox):
    """`post()`: what waits is carried; returns what came since the last time."""

    def act():
        seen = len(mailbox.mails)
        deliver(app)
        return mailbox.mails[seen:]

    return act


@pytest.fixture
def mailed(mailbox):
    """`mailed("secure-account", to)`: the links of that page in the inbox of *to*, the oldest first."""

    def act(page, to):
        texts = "\n".join(mail.get_body(("plain",)).get_content() for mail in mailbox.to(to))
        return re.findall(rf"https?://[^/\s]+(/{page}/\S+)", texts)

    return act


@pytest.fixture
def put_address_in_place(app, thief, mailed):
    """The intruder's: asked and confirmed by the mailed link."""

    def act(email=INTRUDER):
        submit(thief, "/account/email", email=email)
        deliver(app)
        thief.get(mailed("confirm-email", email)[-1])
        submit(thief, "/confirm-email")
        deliver(app)

    return act


@pytest.fixture
def say_it_was_not_me(app):
    """`say_it_was_not_me(link)`: opens the link in a fresh browser and presses the button; returns the browser."""

    def act(link):
        browser = app.test_client()
        browser.get(link)
        submit(browser, "/secure-account")
        return browser

    return act


@pytest.fixture
def still_open(app):
    """`still_open(links)`: those that lead to the button."""

    def act(links):
        browser = app.test_client()
        return [link for link in links if browser.get(link) and browser.get("/secure-account").status_code == 200]

    return act
