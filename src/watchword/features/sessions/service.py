"""Start, read, renew and end sessions."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, bindparam, delete, insert, select, union_all, update
from sqlalchemy.exc import OperationalError

from watchword.core.db import table_of
from watchword.core.lookup import Lookup
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, is_handle, new_handle, new_token
from watchword.features.accounts.service import User
from watchword.features.sessions.config import SessionConfig
from watchword.features.sessions.errors import NotSignedIn, SessionNotFound
from watchword.features.sessions.events import OldSecretShown, SessionEnded, SessionsEnded
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
_BY_ID = Lookup(_LOOK.where(_SESSION.c.id == bindparam("key")))
_BY_PREVIOUS = Lookup(_LOOK.where(_SESSION.c.previous == bindparam("key")))
_START = insert(_SESSION)


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


@dataclass(frozen=True, slots=True)
class SessionView:
    """One row of the devices page."""

    handle: str
    user_agent: str
    ip: str
    first_seen: datetime
    last_seen: datetime
    proofs: frozenset[str]
    remembered: bool


def visitor(scope: Scope, secret: str) -> Visitor:
    """Who holds *secret*: one primary-key read, with few columns, for it is made on every request. A value we never
    issued is not adopted.
    """
    if not _SECRET.match(secret):
        return NOBODY
    key = fingerprint(secret)
    found = _BY_ID.first(scope.read, key)
    if found is None:
        return _shown_again(scope, key)
    row = _Open(*found)
    if not _is_alive(scope, row):
        return NOBODY
    return _user(scope, row, _note_use(scope, key, row))


def start(scope: Scope, user_id: int, proofs: Iterable[str], *, remembered: bool, handle: str | None = None) -> str:
    """Open a session and return its secret. Only `login.proceed` calls this."""
    secret = new_token()
    config = scope.config[SessionConfig]
    life = config.remembered_lifetime if remembered else config.lifetime
    row = {
        "id": fingerprint(secret),
        "handle": handle or new_handle(),
        "user_id": user_id,
        "created_at": scope.now,
        "seen_at": scope.now,
        "expires_at": scope.now + life,
        "proved_at": scope.now,
        "renewed_at": scope.now,
        "remembered": remembered,
        "proofs": " ".join(sorted(proofs)),
        "ip": scope.caller.ip,
        "user_agent": scope.caller.user_agent[:256],
    }
    scope.db.execute(_START, row)
    return secret


def end_secret(scope: Scope, secret: str, *, reason: str) -> None:
    """End the session *secret* opens, if any: its row is deleted, so that a copied cookie is worthless."""
    if _SECRET.match(secret):
        key = fingerprint(secret)
        by_either = union_all(
            *(select(UserSession.id).where(held == key) for held in (UserSession.id, UserSession.previous))
        )
        _end_one(scope, UserSession.id.in_(by_either), reason)


def end(scope: Scope, user_id: int, handle: str) -> None:
    """End one session of *user_id*; of somebody else's handle it says the same as of one that never was."""
    ours = (UserSession.handle == handle) & (UserSession.user_id == user_id)
    if not is_handle(handle) or not _end_one(scope, ours, "ended_by_owner"):
        raise SessionNotFound


def end_others(scope: Scope, user_id: int, handle: str, *, reason: str) -> int:
    """End all sessions of *user_id* but the one called *handle*; return how many."""
    return _end_many(scope, user_id, UserSession.handle != handle, reason=reason)


def end_all(scope: Scope, user_id: int, *, reason: str) -> int:
    return _end_many(scope, user_id, UserSession.user_id == user_id, reason=reason)


def renew(scope: Scope, handle: str) -> str:
    """Give the session called *handle* a new secret; the old one is dead at once (ASVS 7.2.4)."""
    secret = new_token()
    values = {"id": fingerprint(secret), "previous": None, "renewed_at": scope.now, "proved_at": scope.now}
    done = update(UserSession).where(UserSession.handle == handle).values(values).returning(UserSession.handle)
    if scope.db.scalar(done) is None:
        raise SessionNotFound
    return secret


def still_open(scope: Scope, user: SignedInUser) -> None:
    """Raise NotSignedIn when the session of *user* was ended since the request began; else keep it until the commit."""
    held = select(UserSession.handle).where(UserSession.handle == user.session).with_for_update()
    if scope.db.scalar(held) is None:
        raise NotSignedIn


def prove(scope: Scope, user: SignedInUser, proof: str) -> str:
    """Add *proof* to the session of *user* as of now and renew its secret: the old one is dead (ASVS 7.2.4).

    Of several at the same time one wins; for the others this browser's secret is an old one.
    """
    secret = new_token()
    proofs = " ".join(sorted(user.proofs | {proof}))
    values = {"id": fingerprint(secret), "previous": None, "renewed_at": scope.now, "proved_at": scope.now}
    unchanged = (UserSession.handle == user.session) & (UserSession.proved_at == user.proved_at)
    done = update(UserSession).where(unchanged).values(values | {"proofs": proofs}).returning(UserSession.handle)
    if scope.db.scalar(done) is None:
        raise NotSignedIn
    return secret


def list_for(scope: Scope, user_id: int) -> list[SessionView]:
    """The living sessions of *user_id*, the last used first."""
    columns = (
        UserSession.handle,
        UserSession.user_agent,
        UserSession.ip,
        UserSession.created_at,
        UserSession.seen_at,
        UserSession.proofs,
        UserSession.remembered,
        UserSession.expires_at,
    )
    rows = scope.read.execute(
        select(*columns).where(UserSession.user_id == user_id).order_by(UserSession.seen_at.desc())
    )
    return [_view(row) for row in rows if _is_alive(scope, row)]


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The devices that are signed in, for an export."""
    return {"sessions": [asdict(view) for view in list_for(scope, user_id)]}


def purge(scope: Scope) -> int:
    """Delete sessions that are over; return how many."""
    over = UserSession.expires_at < scope.now
    gone = scope.db.scalars(delete(UserSession).where(over).returning(UserSession.handle))
    return len(gone.all())


def _is_alive(scope: Scope, row: Any) -> bool:
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

    A busy database is no reason to fail.
    """
    try:
        with scope.aside() as connection:
            if renewal is not None and connection.execute(renewal).rowcount:
                return True
            connection.execute(seen)
    except OperationalError:
        log.warning("last use of a session not written: the database is busy")
    return False


def _shown_again(scope: Scope, key: str) -> Visitor:
    """A renewed-away secret is good for a short while (parallel requests); later it is a copy in other hands."""
    found = _BY_PREVIOUS.first(scope.read, key)
    if found is None:
        return NOBODY
    row = _Open(*found)
    if not _is_alive(scope, row):
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


def _view(row: Any) -> SessionView:
    return SessionView(
        handle=row.handle,
        user_agent=row.user_agent,
        ip=row.ip,
        first_seen=row.created_at,
        last_seen=row.seen_at,
        proofs=frozenset(row.proofs.split()),
        remembered=row.remembered,
    )


def _end_one(scope: Scope, which: ColumnElement[bool], reason: str) -> bool:
    gone = delete(UserSession).where(which).returning(UserSession.handle, UserSession.user_id)
    row = scope.db.execute(gone).first()
    if row is not None:
        scope.emit(SessionEnded(user_id=row.user_id, session=row.handle, reason=reason))
    return row is not None


def _end_many(scope: Scope, user_id: int, which: ColumnElement[bool], *, reason: str) -> int:
    gone = delete(UserSession).where(UserSession.user_id == user_id, which).returning(UserSession.handle)
    count = len(scope.db.scalars(gone).all())
    if count:
        scope.emit(SessionsEnded(user_id=user_id, count=count, reason=reason))
    return count
