"""A visitor's browser, and anna's passkey."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.passkey_page import Page, page_of
from watchword.testing import SoftwareKey


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """A visitor's browser."""
    return Page(client)


@pytest.fixture
def owner(app: Flask, anna: int) -> Page:
    """A browser in which anna is signed in."""
    return page_of(app, anna)


@pytest.fixture
def key(owner: Page) -> SoftwareKey:
    """A device that holds anna's passkey."""
    made = SoftwareKey()
    assert owner.add(made).status_code == 201
    return made
