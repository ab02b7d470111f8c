"""Against a real mail server on this machine: what each answer means, and no word in clear."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

import pytest

from tests.support.smtp_sink import SmtpSink, Step, certificate
from watchword.core.mail import MailDelayed, MailRefused
from watchword.features.outbox.carriers import SmtpCarrier
from watchword.features.outbox.mail_url import MailUrl, Tls

PLAIN = MailUrl(kind="smtp", host="127.0.0.1", tls="none")


def message(to: str = "anna@example.com") -> EmailMessage:
    made = EmailMessage(SMTP if to.isascii() else SMTPUTF8)
    made["From"], made["To"], made["Message-ID"] = "no-reply@example.com", to, "<1@example.com>"
    made["Subject"] = "Grüße"
    made.set_content("Hello\n.\nafter a dot\n", cte="quoted-printable")
    return made


def carrier(port: int, where: MailUrl = PLAIN, context: ssl.SSLContext | None = None) -> SmtpCarrier:
    return SmtpCarrier(replace(where, port=port), timeout=2, context=context)


def test_a_taken_mail_has_one_recipient_and_arrives_whole() -> None:
    with SmtpSink() as sink:
        carrier(sink.port).carry(message())

    (envelope,) = sink.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@example.com", ["anna@example.com"])
    assert isinstance(envelope.content, bytes)
    assert envelope.content.endswith(b"Hello\r\n.\r\nafter a dot\r\n")


def test_the_server_is_greeted_with_our_domain_not_with_the_name_of_the_machine() -> None:
    with SmtpSink() as sink:
        carrier(sink.port).carry(message())

    assert set(sink.greeted) == {"example.com"}


@pytest.mark.parametrize(
    ("step", "answer", "code"),
    [
        ("recipient", "550 5.1.1 nobody here", 550),
        ("recipient", "553 5.1.3 bad address", 553),
        ("sender", "550 5.7.1 not from you", 550),
        ("data", "554 5.6.0 looks like spam", 554),
    ],
)
def test_a_refusal_for_good_is_final(step: Step, answer: str, code: int) -> None:
    with SmtpSink({step: answer}) as sink, pytest.raises(MailRefused) as refused:
        carrier(sink.port).carry(message())

    assert refused.value.args == (code,)
    assert sink.taken == []


@pytest.mark.parametrize(
    ("step", "answer", "code"),
    [
        ("recipient", "450 4.2.1 greylisted", 450),
        ("recipient", "452 4.2.2 mailbox full", 452),
        ("sender", "451 4.3.0 later", 451),
        ("sender", "530 5.7.0 sign in first", 530),
        ("data", "452 4.3.1 no space", 452),
    ],
)
def test_a_refusal_for_now_is_tried_again(step: Step, answer: str, code: int) -> None:
    with SmtpSink({step: answer}) as sink, pytest.raises(MailDelayed) as delayed:
        carrier(sink.port).carry(message())

    assert delayed.value.args == (code,)


@pytest.mark.parametrize("step", ["sender", "recipient", "data"])
def test_a_connection_that_breaks_is_tried_again(step: Step) -> None:
    with SmtpSink({step: "drop"}) as sink, pytest.raises(MailDelayed):
        carrier(sink.port).carry(message())


def test_trouble_at_the_goodbye_does_not_send_the_mail_twice() -> None:
    for answer in ("drop", "421 too late", "550 no"):
        with SmtpSink({"quit": answer}) as sink:
            carrier(sink.port).carry(message())

        assert len(sink.taken) == 1


def test_nobody_there_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    with pytest.raises(MailDelayed):
        carrier(port).carry(message())

    assert f"127.0.0.1:{port}: ConnectionRefusedError" in caplog.text


@contextmanager
def server_that_says(*lines: bytes) -> Iterator[int]:
    """Accepts one connection, says *lines*, then says nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                for line in lines:
                    connection.sendall(line)
                over.wait(10)

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def test_a_server_that_says_nothing_is_left_after_the_timeout() -> None:
    with server_that_says() as port, pytest.raises(MailDelayed):
        SmtpCarrier(replace(PLAIN, port=port), timeout=0.3).carry(message())


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"421 busy\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_that_does_not_want_us_is_tried_again(greeting: bytes) -> None:
    with server_that_says(greeting) as port, pytest.raises(MailDelayed):
        SmtpCarrier(replace(PLAIN, port=port), timeout=0.3).carry(message())


@pytest.mark.parametrize(("tls", "implicit"), [("starttls", False), ("implicit", True)])
def test_mails_travel_encrypted(tmp_path: Path, tls: Tls, implicit: bool) -> None:
    server, client = certificate(tmp_path)
    with SmtpSink(tls=server, implicit=implicit) as sink:
        carrier(sink.port, replace(PLAIN, tls=tls), client).carry(message())

    assert sink.encrypted == [True]


@pytest.mark.parametrize(("tls", "implicit"), [("starttls", False), ("implicit", True)])
def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path, tls: Tls, implicit: bool) -> None:
    server, _ = certificate(tmp_path)
    where = replace(PLAIN, tls=tls, user="user", password="hunter2")
    with SmtpSink(tls=server, implicit=implicit) as sink, pytest.raises(MailDelayed):
        carrier(sink.port, where).carry(message())

    assert sink.seen == []


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "mail.example.org")
    with SmtpSink(tls=server) as sink, pytest.raises(MailDelayed):
        carrier(sink.port, replace(PLAIN, tls="starttls"), client).carry(message())

    assert sink.seen == []


def test_a_server_without_tls_gets_nothing_not_even_the_password() -> None:
    """Whoever sits between us and the server can leave STARTTLS out of its answer."""
    where = replace(PLAIN, tls="starttls", user="user", password="hunter2")
    with SmtpSink() as sink, pytest.raises(MailDelayed):
        carrier(sink.port, where).carry(message())

    assert sink.seen == []


def test_a_name_and_password_are_shown_to_the_server(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    where = replace(PLAIN, tls="starttls", user="user@example.com", password="hunter2")
    with SmtpSink(login=("user@example.com", "hunter2"), tls=server) as sink:
        carrier(sink.port, where, client).carry(message())

    assert len(sink.taken) == 1


def test_a_wrong_password_of_ours_delays_the_mail_and_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server, client = certificate(tmp_path)
    where = replace(PLAIN, tls="starttls", user="user@example.com", password="hunter2")
    with (
        caplog.at_level(logging.DEBUG),
        SmtpSink(login=("user@example.com", "other"), tls=server) as sink,
        pytest.raises(MailDelayed) as delayed,
    ):
        carrier(sink.port, where, client).carry(message())

    assert delayed.value.args == (535,)
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("watchword"))
    assert "SMTPAuthenticationError 535" in ours
    for secret in ("hunter2", "user@example.com", "aHVudGVyMg", "anna"):
        assert secret not in ours


def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    with SmtpSink() as sink:
        carrier(sink.port).carry(message("žofie@example.com"))
    assert sink.taken[0].rcpt_tos == ["žofie@example.com"]
    assert "SMTPUTF8" in sink.taken[0].mail_options

    with SmtpSink(smtputf8=False) as old, pytest.raises(MailRefused):
        carrier(old.port).carry(message("žofie@example.com"))
    assert old.taken == []
