"""The owner of an operator's case is told before anything happens, and reminded: behind a mail that fails none goes."""

from __future__ import annotations

import pytest

from tests.cli.conftest import run_in
from watchword.core.mail import MailDelayed, MailRefused
from watchword.features.two_factor import cases, service, telling
from watchword.testing import add_authenticator, deliver, submit
from watchword.testing.people import change
from watchword.web.setup import setup_of

COMMAND = "reset-second-factor"
ASKED, NEAR, DONE = (
    f"Your second step on Watchword {what}" for what in ("will be removed", "will soon be removed", "was removed")
)


class Refusing:
    """A mail server that takes nothing until it `works`; then the mails lie in the mailbox."""

    def __init__(self, mailbox, error):
        self.mailbox, self.error, self.works = mailbox, error, False

    def carry(self, message):
        if not self.works:
            raise self.error
        self.mailbox.carry(message)


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=5)
    deliver(app)
    return anna


@pytest.fixture
def server(app, with_app, mailbox):
    """The mail server of this site, from now on."""
    refusing = Refusing(mailbox, MailDelayed(421))
    setup_of(app).delivery.carry_by(refusing)
    return refusing


@pytest.fixture
def opened(app, server):
    run_in(app, COMMAND, "anna", "--reason", "Lost phone")
    return server


@pytest.fixture
def pass_(app, clock):
    """`pass_(hours=24)`: bit by bit, with a worker that works."""

    def on(*, hours):
        for _ in range(6):
            clock.pass_(hours=hours / 6)
            setup_of(app).delivery.make_worker().purge()
            deliver(app)

    return on


def has_app(app, user_id):
    with change(app) as scope:
        return service.has_app(scope, user_id)


def due_at(app, user_id):
    with change(app) as scope:
        return cases.case_of(scope, user_id).due_at


def subjects(mailbox):
    return [mail["Subject"] for mail in mailbox.mails if "second step" in mail["Subject"]]


def test_behind_a_mail_that_is_refused_nothing_happens_however_long_it_takes(app, with_app, opened, pass_):
    opened.error = MailRefused(550)
    pass_(hours=24 * 5)

    assert has_app(app, with_app)
    assert "when the owner is told" in run_in(app, COMMAND, "--list").output
    with change(app) as scope:
        assert [found.code for found in telling.owners_not_told(scope)] == ["watchword-E040"]


def test_the_delay_begins_when_the_mail_leaves(app, with_app, opened, pass_, clock):
    pass_(hours=7)
    opened.works = True
    pass_(hours=5)
    left = round((due_at(app, with_app) - clock.now()).total_seconds() / 3600)
    assert 43 <= left <= 48

    pass_(hours=left - 1)
    assert has_app(app, with_app)
    pass_(hours=2)

    assert not has_app(app, with_app)
    assert subjects(opened.mailbox) == [ASKED, NEAR, DONE]


def test_an_owner_is_reminded_at_half_of_it_and_stops_it_by_that_mail_too(app, with_app, opened, pass_):
    opened.works = True
    pass_(hours=30)
    assert subjects(opened.mailbox) == [ASKED, NEAR]
    browser = app.test_client()
    browser.get(opened.mailbox.link())
    submit(browser, "/secure-account")
    pass_(hours=48)

    assert has_app(app, with_app)


def test_a_worker_that_rested_reminds_first_and_leaves_time(app, with_app, opened, pass_, clock):
    opened.works = True
    deliver(app)
    clock.pass_(hours=72)
    pass_(hours=1)
    assert has_app(app, with_app)
    pass_(hours=11)
    assert has_app(app, with_app)
    pass_(hours=2)

    assert not has_app(app, with_app)
    assert subjects(opened.mailbox) == [ASKED, NEAR, DONE]


def test_an_operator_who_told_the_owner_otherwise_says_so_and_the_delay_begins(app, with_app, opened, pass_):
    opened.error = MailRefused(550)
    pass_(hours=60)
    assert "go at 2026-" in run_in(app, COMMAND, "anna", "--owner-knows").output
    assert "Nothing waits for that" in run_in(app, COMMAND, "anna", "--owner-knows", status=1).output
    pass_(hours=47)
    assert has_app(app, with_app)
    pass_(hours=2)

    assert not has_app(app, with_app)


def test_the_mail_of_an_earlier_case_begins_no_later_one(app, with_app, opened, clock):
    with change(app) as scope:
        first = cases.case_of(scope, with_app).opened_at
        cases.stop(scope, with_app, by="operator")
    clock.pass_(hours=1)
    run_in(app, COMMAND, "anna", "--reason", "Asked again")

    with change(app) as scope:
        telling.mail_left(scope, with_app, first)

    with change(app) as scope:
        assert cases.case_of(scope, with_app).told_at is None
