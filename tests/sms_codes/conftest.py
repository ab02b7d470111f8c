"""An app that sends text messages, to an inbox."""

from __future__ import annotations

import pytest

from watchword.testing import SmsInbox, add_phone
from watchword.web.setup import setup_of

PHONE = "+4915112345678"


@pytest.fixture
def inbox():
    return SmsInbox()


@pytest.fixture
def app(make_app, inbox):
    return make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE,AT,US")


@pytest.fixture
def with_phone(app, anna):
    add_phone(app, anna, PHONE)
    return anna


@pytest.fixture
def deliver(app):
    return setup_of(app).delivery.run_once
