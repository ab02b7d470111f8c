"""Whose session is it? Asked at every request, so it costs one read of one row and nothing that can wait."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Update, bindparam, delete, select, update

from watchword.core.db import DATABASE_AWAY, table_of
from watchword.core.prepared import Prepared
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_token
from watchword.features.accounts.service import User
from watchword.features.sessions.config import SessionConfig
from watchword.features.sessions.events import OldSecretShown
from watchword.features.sessions.models import UserSession
from watchword.features.sessions.visitor import NOBODY, SignedInUser, Visitor

log = logging.getLogger("watchword.sessions")

SEEN_EVERY = timedelta(minutes=1)
RENEW_EVERY = timedelta(days=1)
GRACE = timedelta(seconds=60)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_SESSION, _USER = table_of(UserSession), table_of(User)
_LOOK = select(
    _SESSION.c.handle,
    _SESSION.c.created_at,
    _SESSION.c.seen_at,
    _SESSION.c.expires_at,
    _SESSION.c.proved_at,
    _SESSION.c.renewed_at,
    _SESSION.c.remembered,
    _SESSION.c.proofs,
    _SESSION.c.user_id,
    _USER.c.public_id,
    _USER.c.username,
    _USER.c.email,
    _USER.c.is_admin,
).join_from(_SESSION, _USER, (_SESSION.c.user_id == _USER.c.id) & _USER.c.closed_at.is_(None))
_BY_ID = Prepared(_LOOK.where(_SESSION.c.id == bindparam("key")))
_BY_PREVIOUS = Prepared(_LOOK.where(_SESSION.c.previous == bindparam("key")))


class _Open(NamedTuple):
    """What `_LOOK` finds of a session and its user, in the order of its columns."""

    handle: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    proved_at: datetime
    renewed_at: datetime
    remembered: bool
    proofs: str
    user_id: int
    public_id: str
    username: str
    email: str
    is_admin: bool


def visitor(scope: Scope, secret: str) -> Visitor:
    """Who holds *secret*: one primary-key read, with few columns, for it is made on every request. A value we never
    issued is not adopted.
    """
    if not is_secret(secret):
        return NOBODY
    key = fingerprint(secret)
    found = _BY_ID.first(scope.read, key=key)
    if found is None:
        return _shown_again(scope, key)
    row = _Open(*found)
    if not is_alive(scope, row):
        return NOBODY
    return _user(scope, row, _note_use(scope, key, row))


def is_secret(text: str) -> bool:
    """Whether *text* could be the secret of a session."""
    return _SECRET.match(text) is not None


def is_alive(scope: Scope, row: Any) -> bool:
    """Both ends are checked here, never by the cookie's own expiry (NIST SP 800-63B-4 5.1.1)."""
    config = scope.config[SessionConfig]
    idle = config.remembered_idle if row.remembered else config.idle
    now = scope.now
    return bool(now < row.expires_at and now - row.seen_at < idle)


def _note_use(scope: Scope, key: str, row: _Open) -> str | None:
    """Write "last seen" at most once a minute, renew a remembered secret once a day; return the new secret.

    While a write is open, "last seen" goes along with it and nothing is renewed: a rollback would lose the new secret.
    """
    if scope.now - row.seen_at < SEEN_EVERY:
        return None
    ours = update(UserSession).where(UserSession.id == key)
    if scope.writing:
        with scope.db.no_autoflush:
            scope.db.execute(ours.values(seen_at=scope.now))
        return None
    secret = new_token()
    renewal = ours.where(UserSession.renewed_at <= scope.now - RENEW_EVERY).values(
        id=fingerprint(secret), previous=key, renewed_at=scope.now, seen_at=scope.now
    )
    return secret if _write_use(scope, renewal if row.remembered else None, ours.values(seen_at=scope.now)) else None


def _write_use(scope: Scope, renewal: Update | None, seen: Update) -> bool:
    """Renew where it is due, else note the use; whether it was renewed: of parallel requests one renews.

    A busy database, or a pool that gives no connection, is no reason to fail.
    """
    try:
        with scope.aside() as connection:
            if renewal is not None and connection.execute(renewal).rowcount:
                return True
            connection.execute(seen)
    except DATABASE_AWAY:
        log.warning("last use of a session not written: the database is busy")
    return False


def _shown_again(scope: Scope, key: str) -> Visitor:
    """A renewed-away secret is good for a short while (parallel requests); later it is a copy in other hands."""
    found = _BY_PREVIOUS.first(scope.read, key=key)
    if found is None:
        return NOBODY
    row = _Open(*found)
    if not is_alive(scope, row):
        return NOBODY
    if scope.now - row.renewed_at <= GRACE:
        return _user(scope, row, None)
    if not scope.writing:
        scope.db.execute(delete(UserSession).where(UserSession.handle == row.handle))
        scope.emit(OldSecretShown(user_id=row.user_id, session=row.handle))
        scope.settle()
    return NOBODY


def _user(scope: Scope, row: _Open, new_secret: str | None) -> SignedInUser:
    return SignedInUser(
        id=row.user_id,
        public_id=row.public_id,
        username=row.username,
        email=row.email,
        is_admin=row.is_admin,
        session=row.handle,
        proofs=frozenset(row.proofs.split()),
        signed_in_at=row.created_at,
        proved_at=row.proved_at,
        remembered=row.remembered,
        new_secret=new_secret,
        scope=scope,
    )
