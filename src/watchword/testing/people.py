"""People for tests, and a quick way in for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from flask import Flask
from flask.testing import FlaskClient

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.names import check_user_name
from watchword.features.sessions import service as sessions
from watchword.web import cookies
from watchword.web.setup import setup_of

PASSWORD = "quiet lantern over copper river"  # noqa: S105 - known on purpose


class HasId(Protocol):
    """A `User`, or whatever else carries a user's id."""

    @property
    def id(self) -> int: ...


def make_user(
    app: Flask, name: str = "anna", *, email: str = "", password: str | None = PASSWORD, is_admin: bool = False
) -> int:
    """Add a user with a proved address, `<name>@example.com` unless told otherwise; return the id."""
    with change(app) as scope:
        hashed = scope.hasher.hash(password) if password is not None else None
        wanted = check_user_name(name), check_address(email or f"{name}@example.com")
        user_id = accounts.add(scope, *wanted, password_hash=hashed, is_admin=is_admin)
        assert user_id is not None, f"{name} exists"  # noqa: S101 - this is for tests
        return user_id


def login_as(
    client: FlaskClient, user: int | HasId, *, remembered: bool = False, proofs: Iterable[str] = ("pwd",)
) -> str:
    """Sign *user* in on *client* as if *proofs* had been shown, without a hash; return the session's secret."""
    with change(client.application) as scope:
        user_id = user if isinstance(user, int) else user.id
        secret = sessions.start(scope, user_id, proofs, remembered=remembered)
        name = cookies.name_of(cookies.SESSION)
    host, _, _ = (client.application.config["SERVER_NAME"] or "localhost").partition(":")
    client.set_cookie(name, secret, domain=host, secure=setup_of(client.application).secure)
    return secret


@contextmanager
def change(app: Flask) -> Iterator[Scope]:
    """A scope of its own in an app context of its own, committed at the end."""
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        try:
            yield scope
            scope.commit()
        finally:
            scope.close()
