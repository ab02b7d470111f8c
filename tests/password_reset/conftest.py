"""What the tests of the way back in share."""

from __future__ import annotations

import pytest

from watchword.features.password_reset import service


@pytest.fixture
def ask(scope, anna, deliver):
    """`ask()`: as a browser that asks for anna's password; the mail is carried. Returns the browser's secret."""
    del anna

    def act(email="anna@example.com", browser=""):
        secret = service.ask(scope, email, browser)
        scope.commit()
        deliver()
        return secret

    return act


@pytest.fixture
def key(scope, mailbox):
    """`key()`: what the link in the newest mail opens."""
    return lambda number=-1: service.key_of(scope, mailbox.link(number).rpartition("/")[2])
