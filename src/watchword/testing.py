"""For tests, yours and ours: a clock to turn, a mailbox to read, cheap hashes, people, and a quick way in.

Loaded by pytest by itself (`pytest11`). Needs a fixture `app` of yours, as pytest-flask does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from watchword.core.passwords import Argon2
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.names import check_user_name
from watchword.features.sessions import service as sessions
from watchword.web.setup import setup_of

PASSWORD = "quiet lantern over copper river"  # noqa: S105 - known on purpose
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class FakeClock:
    """Stands still until told to go on."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def pass_(self, **span: float) -> None:
        """`clock.pass_(hours=1, seconds=1)`."""
        self._now += timedelta(**span)


@dataclass
class Mailbox:
    """A carrier that keeps what it is given."""

    mails: list[EmailMessage] = field(default_factory=list)

    def carry(self, message: EmailMessage) -> None:
        self.mails.append(message)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == address]

    def text(self, number: int = -1) -> str:
        """The plain text of one mail."""
        body = self.mails[number].get_body(("plain",))
        return str(body.get_content()) if body else ""

    def link(self, number: int = -1) -> str:
        """The first address in a mail, without scheme and host."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.text(number))
        assert found, self.text(number)  # noqa: S101 - this is for tests
        return found.group(1)

    def code(self, number: int = -1) -> str:
        """The eight digits in a mail."""
        found = re.search(r"\b(\d{4} ?\d{4})\b", self.text(number))
        assert found, self.text(number)  # noqa: S101 - this is for tests
        return found.group(1).replace(" ", "")


def cheap_hasher() -> Argon2:
    """The real hasher with the smallest cost: a thousand times cheaper. Refuses to be used outside tests."""
    return Argon2(memory_kib=8, passes=1)


def make_user(app: Flask, name: str = "anna", *, password: str | None = PASSWORD, is_admin: bool = False) -> int:
    """Add a user with a proved address `<name>@example.com`; return the id."""
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        try:
            hashed = scope.hasher.hash(password) if password is not None else None
            wanted = check_user_name(name), check_address(f"{name}@example.com")
            user_id = accounts.add(scope, *wanted, password_hash=hashed, is_admin=is_admin)
            assert user_id is not None, f"{name} exists"  # noqa: S101 - as above
            scope.commit()
            return user_id
        finally:
            scope.close()


def login_as(client: FlaskClient, user_id: int, *, remembered: bool = False) -> str:
    """Sign *user_id* in on *client* without a password or a hash; return the session's secret."""
    app = client.application
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        try:
            secret = sessions.start(scope, user_id, {"pwd"}, remembered=remembered)
            scope.commit()
        finally:
            scope.close()
    client.set_cookie("__Host-watchword" if setup_of(app).secure else "watchword", secret, secure=setup_of(app).secure)
    return secret


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token in the form at *path*."""
    page = client.get(path).get_data(as_text=True)
    found = _TOKEN.search(page)
    assert found, f"no form at {path}"  # noqa: S101 - as above
    return found.group(1)


def submit(client: FlaskClient, path: str, *, form_at: str | None = None, **fields: Any) -> Any:
    """Open the form, fill it in, post it, as a browser does."""
    token = csrf_token(client, form_at or path)
    return client.post(path, data={"csrf_token": token, **fields})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def deliver(app: Flask) -> Callable[[], int]:
    """Carry everything that waits in the outbox, now: `deliver()`."""
    run_once: Callable[[], int] = setup_of(app).delivery.run_once
    return run_once
