"""Who plays in the attacks on passkeys."""

from __future__ import annotations

import pytest

from tests.support.passkey_page import Page, page_of
from watchword.core.scope import Scope
from watchword.testing import SoftwareKey, make_user
from watchword.web.setup import setup_of


@pytest.fixture
def scope(app):
    """A scope outside any request or app context: what one browser's requests know stays theirs."""
    found = Scope(setup_of(app).tools)
    yield found
    found.close()


@pytest.fixture
def owner(app, anna):
    """A browser in which anna is signed in."""
    return page_of(app, anna)


@pytest.fixture
def key(owner):
    """A device that holds anna's passkey."""
    made = SoftwareKey()
    assert owner.add(made).status_code == 201
    return made


@pytest.fixture
def page(client):
    """A visitor's browser."""
    return Page(client)


@pytest.fixture
def mallory(app):
    """A browser in which an attacker is signed in to an account of their own."""
    return page_of(app, make_user(app, "mallory"))
