"""A visitor's browser, and anna's passkey."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.passkey_page import Page
from tests.support.software_key import SoftwareKey
from watchword.testing import login_as


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """A visitor's browser."""
    return Page(client)


@pytest.fixture
def key(app: Any, anna: int) -> SoftwareKey:
    """A device that holds anna's passkey."""
    browser = app.test_client()
    login_as(browser, anna)
    made = SoftwareKey()
    assert Page(browser).add(made).status_code == 201
    return made


@pytest.fixture
def page_of() -> Any:
    """`page_of(app, user_id)`: a browser in which that user is signed in."""

    def make(app: Any, user_id: int) -> Page:
        browser = app.test_client()
        login_as(browser, user_id)
        return Page(browser)

    return make
