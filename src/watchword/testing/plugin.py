"""The fixtures. pytest loads this file in every project that has Watchword installed, so it imports next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

from watchword import testing

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from watchword.testing.people import HasId


class MakeUser(Protocol):
    """What the fixture `make_user` gives."""

    def __call__(
        self, name: str = "anna", *, email: str = "", password: str | None = ..., is_admin: bool = False
    ) -> int: ...


class LoginAs(Protocol):
    """What the fixture `login_as` gives."""

    def __call__(
        self,
        user: int | HasId,
        client: FlaskClient | None = None,
        *,
        remembered: bool = False,
        proofs: Iterable[str] = ...,
    ) -> FlaskClient: ...


@pytest.fixture
def clock() -> testing.FakeClock:
    """The time of the app under test. It stands still: `clock.pass_(days=1)`."""
    return testing.FakeClock()


@pytest.fixture
def mailbox() -> testing.Mailbox:
    """What the app under test mailed: `mailbox.mails`, `mailbox.link()`. Mails come when you `deliver()`."""
    return testing.Mailbox()


@pytest.fixture
def watchword_app(app: Flask, clock: testing.FakeClock, mailbox: testing.Mailbox) -> Iterator[Flask]:
    """Your fixture `app`, with *clock*, *mailbox* and cheap hashes in it, and as it was after the test. Override it
    when yours has another name.
    """
    take_back = testing.put_tools(app, clock, mailbox)
    yield app
    take_back()


@pytest.fixture
def make_user(watchword_app: Flask) -> MakeUser:
    """`make_user("anna")` adds a user and returns the id; the password is `watchword.testing.PASSWORD`."""

    def make(
        name: str = "anna", *, email: str = "", password: str | None = testing.PASSWORD, is_admin: bool = False
    ) -> int:
        return testing.make_user(watchword_app, name, email=email, password=password, is_admin=is_admin)

    return make


@pytest.fixture
def login_as(watchword_app: Flask) -> LoginAs:
    """`login_as(anna)` returns a browser of its own in which *anna* is signed in, without a password or a hash.

    As if by two factors: `login_as(anna, proofs=("pwd", "otp"))`.
    """

    def sign_in(
        user: int | HasId,
        client: FlaskClient | None = None,
        *,
        remembered: bool = False,
        proofs: Iterable[str] = ("pwd",),
    ) -> FlaskClient:
        browser = client or watchword_app.test_client()
        testing.login_as(browser, user, remembered=remembered, proofs=proofs)
        return browser

    return sign_in


@pytest.fixture
def deliver(watchword_app: Flask) -> Callable[[], int]:
    """Carry everything that waits in the outbox, now: `deliver()`. Nothing leaves by itself in a test."""
    return lambda: testing.deliver(watchword_app)


@pytest.fixture
def totp_code(watchword_app: Flask) -> Callable[[int], str]:
    """`totp_code(anna)`: the next unused code of the user's authenticator app; one is set up for who has none.

    Each works once. After two in half a minute the next one is ahead of the clock: `clock.pass_(seconds=30)`.
    """
    return lambda user_id: testing.code_of_app(watchword_app, user_id)


@pytest.fixture
def passkey(watchword_app: Flask) -> testing.SoftwareKey:
    """A passkey made of software, in nobody's account yet: `add_passkey(browser, passkey)`, from `watchword.testing`.

    Then `sign_in_by_passkey(another_browser, passkey)`. A second one: `passkey_for(app)`.
    """
    return testing.passkey_for(watchword_app)


@pytest.fixture
def sms(watchword_app: Flask) -> testing.SmsInbox:
    """What the app under test sent by text message: `sms.messages`, `sms.code()`. They come when you `deliver()`."""
    inbox = testing.SmsInbox()
    testing.put_sms_sender(watchword_app, inbox)
    return inbox
