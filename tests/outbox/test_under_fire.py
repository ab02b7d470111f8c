"""A real mail server that misbehaves: the mail arrives later, once, or is given up; nobody waits for it."""

from __future__ import annotations

import socket
import threading

import pytest
from sqlalchemy import select

from tests.support.smtp_sink import CUT, HANG, LATER, REFUSE, SmtpSink, certificate
from watchword.features.outbox.models import DEAD, DONE, WAITING, OutboxRow
from watchword.testing import make_user, submit
from watchword.web.setup import setup_of


@pytest.fixture
def fire(make_app):
    """`fire(url)`: an app with anna whose mails go to *url*."""

    def make(url):
        app = make_app(carrier=None, WATCHWORD_MAIL_URL=url, WATCHWORD_MAIL_TIMEOUT="1s")
        make_user(app, "anna")
        return app

    return make


def ask(app):
    return submit(app.test_client(), "/forgot-password", email="anna@example.com").status_code


def carry(app):
    return setup_of(app).delivery.run_once()


def mails(app):
    """The mail rows: (state, tries, payload)."""
    with app.app_context(), setup_of(app).tools.store.counting.connect() as connection:
        row = OutboxRow
        return connection.execute(select(row.state, row.tries, row.payload).where(row.job == "mail")).all()


@pytest.mark.parametrize("answers", [LATER, CUT, {"sender": "421 busy"}, {"data": "drop"}, HANG], ids=str)
def test_a_server_that_fails_for_now_gets_the_mail_later_once(fire, clock, answers):
    with SmtpSink(answers) as sink:
        app = fire(sink.url)
        assert ask(app) == 303
        carry(app)
        assert [row.state for row in mails(app)] == [WAITING]
        sink.release()
        sink.answers = {}
        before = len(sink.taken)
        clock.pass_(minutes=2)
        carry(app)

        assert len(sink.taken) == before + 1
        assert len({message["Message-ID"] for message in sink.messages}) == 1
    assert [(row.state, row.payload) for row in mails(app)] == [(DONE, b"")]


def test_a_server_that_is_away_gets_it_when_it_is_back(fire, clock):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        app = fire(f"smtp://127.0.0.1:{taken.getsockname()[1]}?tls=none")
        assert ask(app) == 303
        carry(app)

    ((state, tries, payload),) = mails(app)
    assert (state, tries) == (WAITING, 1)
    assert payload


def test_a_refused_recipient_is_given_up_at_once_and_shown_to_the_operator(fire):
    with SmtpSink(REFUSE) as sink:
        app = fire(sink.url)
        ask(app)
        carry(app)
        carry(app)

    assert sink.seen.count("recipient") == 1
    assert [row.state for row in mails(app)] == [DEAD]
    listed = app.test_cli_runner().invoke(args=["watchword", "outbox", "list"]).output
    assert "MailRefused 550" in listed
    assert "anna@example.com" not in listed


def test_a_bad_certificate_gets_no_mail(fire, tmp_path):
    server, _ = certificate(tmp_path)
    with SmtpSink(tls=server) as sink:
        app = fire(sink.url)
        ask(app)
        carry(app)

    assert sink.seen == []
    assert [row.state for row in mails(app)] == [WAITING]


def test_no_request_waits_for_a_mail_that_hangs(fire):
    with SmtpSink(HANG) as sink:
        app = fire(sink.url)
        ask(app)
        worker = threading.Thread(target=carry, args=[app])
        worker.start()
        sink.wait_for_step("data")

        assert ask(app) == 303
        assert app.test_client().get("/login").status_code == 200
        assert worker.is_alive()
        sink.release()
        worker.join()


def test_a_dump_of_the_table_shows_no_link_before_or_after(fire):
    with SmtpSink() as sink:
        app = fire(sink.url)
        ask(app)
        shown = [bytes(row.payload) for row in mails(app)]
        carry(app)
        (message,) = sink.messages

    assert "/reset-password/" in message.get_body(("plain",)).get_content()
    assert not any(b"reset-password" in payload or b"anna" in payload for payload in shown)
    assert {row.payload for row in mails(app)} == {b""}
