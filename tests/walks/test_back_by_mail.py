"""Back into the account by mail, with a real mail server in between."""

from __future__ import annotations

import re

import pytest

from tests.support.smtp_sink import SmtpSink
from watchword.testing import PASSWORD, make_user, submit
from watchword.web.setup import setup_of

NEW = "seven maple trees in the wind"


@pytest.fixture
def sink():
    with SmtpSink() as server:
        yield server


@pytest.fixture
def app(make_app, sink):
    """The app, with the mail server that its settings name."""
    return make_app(carrier=None, WATCHWORD_MAIL_URL=sink.url)


@pytest.fixture
def newest_link(app, sink):
    """`newest_link()`: carry what waits; the address in the mail that came last."""

    def act():
        setup_of(app).delivery.run_once()
        text = sink.messages[-1].get_body(("plain",)).get_content()
        return re.search(r"http://localhost(/\S+)", text).group(1)

    return act


@pytest.fixture
def link_to(app, sink):
    """`link_to(address, path)`: carry what waits; the link below *path* in the newest mail to *address* with one."""

    def act(address, path):
        setup_of(app).delivery.run_once()
        texts = [message.get_body(("plain",)).get_content() for message in sink.messages if message["To"] == address]
        return re.findall(rf"http://localhost({path}\S+)", "\n".join(texts))[-1]

    return act


def sign_in(browser, password=PASSWORD, identifier="anna"):
    return submit(browser, "/login", identifier=identifier, password=password).status_code


def test_forgot_mail_reset_sign_in(app, client, anna, sink, newest_link):
    submit(client, "/forgot-password", email="anna@example.com")
    phone = app.test_client()
    phone.get(newest_link())
    done = submit(phone, "/reset-password", password=NEW)
    setup_of(app).delivery.run_once()

    assert (done.status_code, done.location) == (303, "/login")
    assert (sign_in(phone), sign_in(phone, NEW)) == (422, 303)
    assert phone.get("/account").status_code == 200
    told = [
        (envelope.rcpt_tos, message["Subject"]) for envelope, message in zip(sink.taken, sink.messages, strict=True)
    ]
    assert told == [
        (["anna@example.com"], "Reset your password for Watchword"),
        (["anna@example.com"], "Your password on Watchword was changed"),
    ]
    ids = {message["Message-ID"] for message in sink.messages}
    assert len(ids) == 2
    assert all(one.endswith("@localhost>") for one in ids)


def test_this_was_not_me(app, client, anna, sink, newest_link):
    thief = app.test_client()
    assert (sign_in(client), sign_in(thief)) == (303, 303)

    owner = app.test_client()
    owner.get(newest_link())
    assert "New sign-in" in sink.messages[-1]["Subject"]
    assert "take your account" in owner.get("/secure-account").text.lower()
    done = submit(owner, "/secure-account")

    assert (done.status_code, done.location) == (303, "/reset-password")
    assert [browser.get("/account").status_code for browser in (client, thief)] == [303, 303]
    assert sign_in(thief) == 422
    owner.get(newest_link())
    submit(owner, "/reset-password", password=NEW)
    assert sign_in(owner, NEW) == 303
    assert sign_in(thief) == 422


def test_change_of_address_and_undo(app, client, anna, link_to):
    sign_in(client)
    submit(client, "/account/email", email="anna@new.example")
    client.get(link_to("anna@new.example", "/confirm-email/"))
    assert submit(client, "/confirm-email").location == "/account"
    assert "anna@new.example" in client.get("/account").text

    owner = app.test_client()
    owner.get(link_to("anna@example.com", "/secure-account/"))
    done = submit(owner, "/secure-account")

    assert (done.status_code, done.location) == (303, "/reset-password")
    assert client.get("/account").status_code == 303
    owner.get(link_to("anna@example.com", "/reset-password/"))
    submit(owner, "/reset-password", password=NEW)
    assert sign_in(owner, NEW, "anna@new.example") == 422
    assert sign_in(owner, NEW, "anna@example.com") == 303


def test_nobody_is_mailed_for_an_address_that_nobody_has(app, client, sink):
    make_user(app, "anna")
    submit(client, "/forgot-password", email="nobody@example.com")

    assert setup_of(app).delivery.run_once() == 1
    assert sink.taken == []
