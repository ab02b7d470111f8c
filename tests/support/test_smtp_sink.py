from __future__ import annotations

import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.smtp_sink import ACCEPT, CUT, HANG, LATER, REFUSE, Answers, SmtpSink, certificate


def send(sink: SmtpSink) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "no-reply@example.com", "anna@example.com", "Grüße"
    message.set_content("Hello")
    with smtplib.SMTP("127.0.0.1", sink.port, "example.com", 5) as client:
        client.send_message(message)


def test_a_taken_mail_can_be_waited_for_and_read() -> None:
    with SmtpSink() as sink:
        send(sink)

        (message,) = sink.wait_for(1)

    assert (message["Subject"], message.get_content().split()) == ("Grüße", ["Hello"])
    assert sink.taken[0].rcpt_tos == ["anna@example.com"]


def test_waiting_for_a_mail_that_never_comes_ends() -> None:
    with SmtpSink() as sink, pytest.raises(AssertionError, match="0 of 1 mails came"):
        sink.wait_for(1, seconds=0.01)


@pytest.mark.parametrize(("answers", "code"), [(REFUSE, 550), (LATER, 451)])
def test_recipients_are_refused_for_good_or_for_now(answers: Answers, code: int) -> None:
    with SmtpSink(answers) as sink, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sink)

    assert refused.value.recipients["anna@example.com"][0] == code


def test_a_connection_breaks_in_the_middle_of_a_mail() -> None:
    with SmtpSink(CUT) as sink, pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        send(sink)

    assert sink.seen == ["sender", "recipient"]
    assert sink.taken == []


def test_a_server_may_get_better() -> None:
    with SmtpSink(REFUSE) as sink:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(sink)
        sink.answers = ACCEPT
        send(sink)

        sink.wait_for(1)


def test_a_hanging_server_goes_on_when_released() -> None:
    with SmtpSink(HANG) as sink, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(send, sink)
        sink.wait_for_step("data")
        assert sink.taken == []

        sink.release()

        sink.wait_for(1)
        sent.result(5)


def test_a_client_left_hanging_is_let_go_at_the_end() -> None:
    with ThreadPoolExecutor(1) as pool:
        with SmtpSink(HANG) as sink:
            sent = pool.submit(send, sink)
            sink.wait_for_step("data")

        with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
            sent.result(5)


def test_the_url_says_how_to_reach_it(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path)
    with (
        SmtpSink() as plain,
        SmtpSink(tls=server, login=("a@b", "p:w")) as later,
        SmtpSink(tls=server, implicit=True) as at_once,
    ):
        assert plain.url == f"smtp://127.0.0.1:{plain.port}?tls=none"
        assert later.url == f"smtp://a%40b:p%3Aw@127.0.0.1:{later.port}?tls=starttls"
        assert at_once.url == f"smtps://127.0.0.1:{at_once.port}"


def test_a_whole_process_can_trust_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    trusting = ssl.create_default_context()
    with (
        SmtpSink(tls=server, implicit=True) as sink,
        smtplib.SMTP_SSL("localhost", sink.port, "example.com", timeout=5, context=trusting) as client,
    ):
        assert client.noop()[0] == 250
