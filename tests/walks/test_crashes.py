"""Killed at any moment, a registration and a sign-in are there as a whole or not at all, and the mail follows."""

from __future__ import annotations

import os
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.conftest import SECRET
from tests.support.crash import killed_at
from watchword.core.clock import SystemClock
from watchword.features.accounts.models import User
from watchword.features.audit.models import AuditRow
from watchword.features.login.models import KnownDevice
from watchword.features.outbox.models import OutboxRow
from watchword.features.registration.models import WaitingRegistration
from watchword.features.sessions.models import UserSession
from watchword.testing import PASSWORD, make_user, submit

FULL = os.environ.get("WATCHWORD_TEST_TIER") == "full"
POINTS = range(1, 51) if FULL else range(1, 51, 6)


def register(app):
    submit(app.test_client(), "/register", username="berta", email="berta@example.com", password=PASSWORD)


def sign_in(app):
    submit(app.test_client(), "/login", identifier="anna", password=PASSWORD)


def confirm(app, *, link):
    client = app.test_client()
    client.get(link)
    submit(client, "/confirm-email", password=PASSWORD)


@pytest.fixture
def clock():
    """The real one: the processes that are killed have it too."""
    return SystemClock()


@pytest.fixture
def config(database_url, tmp_path):
    return {
        "TESTING": True,
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "WATCHWORD_ENV": "development",
        "WATCHWORD_PUBLIC_URL": "http://localhost",
        "WATCHWORD_INSTANCE": str(tmp_path / "instance"),
        # a guess whose process was killed counts as wrong: without more room the fifth kill would stop the next sign-in
        "WATCHWORD_LOGIN_GUESSES_PER_MINUTE": 1000,
        "WATCHWORD_LOGIN_GUESSES_PER_HOUR": 10000,
    }


@pytest.fixture
def count(new_scope):
    def of(model, *which):
        scope = new_scope()
        found = scope.read.scalar(select(func.count()).select_from(model).where(*which))
        scope.close()
        return found

    return of


def test_a_killed_registration_is_whole_or_nothing_and_its_mail_follows(config, count, deliver, mailbox):
    killed = [killed_at(point, register, config) for point in POINTS]

    assert any(killed)
    assert not all(killed)
    waiting = count(WaitingRegistration)
    assert 0 < waiting < len(killed) + 1
    assert count(OutboxRow, OutboxRow.job == "registration.mail") == waiting
    assert count(AuditRow, AuditRow.name == "registration.asked") == waiting
    deliver()
    assert len(mailbox.mails) == min(waiting, 2)
    assert count(OutboxRow, OutboxRow.state == "waiting") == 0


def test_a_killed_sign_in_is_whole_or_nothing(app, config, count):
    make_user(app, "anna")
    killed = [killed_at(point, sign_in, config) for point in POINTS]

    assert any(killed)
    signed_in = count(AuditRow, AuditRow.name == "login.signed_in")
    assert 0 < signed_in < len(killed) + 1
    assert count(UserSession) == signed_in
    assert count(KnownDevice) == signed_in


def test_a_killed_confirmation_is_whole_or_nothing_and_may_be_done_again(app, config, count, deliver, mailbox):
    register(app)
    deliver()
    walk = partial(confirm, link=mailbox.link())
    for point in POINTS:
        killed = killed_at(point, walk, config)
        users = count(User)
        assert count(AuditRow, AuditRow.name == "registration.confirmed") == users
        assert count(WaitingRegistration) == 1 - users
        if users:
            break
        assert killed

    assert count(User) == 1
