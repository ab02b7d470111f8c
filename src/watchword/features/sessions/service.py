"""Start, read, renew and end sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, union_all, update

from watchword.core.db import table_of
from watchword.core.prepared import Prepared
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, is_handle, new_handle, new_token
from watchword.features.accounts import service as accounts
from watchword.features.sessions.config import SessionConfig
from watchword.features.sessions.errors import NotSignedIn, SessionNotFound
from watchword.features.sessions.events import SessionEnded, SessionsEnded
from watchword.features.sessions.models import UserSession
from watchword.features.sessions.visitor import SignedInUser
from watchword.features.sessions.who_asks import is_alive, is_secret, visitor

__all__ = [
    "SessionView",
    "act_for",
    "end",
    "end_all",
    "end_others",
    "end_secret",
    "held_about",
    "list_for",
    "prove",
    "purge",
    "renew",
    "start",
    "visitor",
]

_START = Prepared(insert(table_of(UserSession)))


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
    _START.run(scope.db, **row)
    return secret


def end_secret(scope: Scope, secret: str, *, reason: str) -> None:
    """End the session *secret* opens, if any: its row is deleted, so that a copied cookie is worthless."""
    if is_secret(secret):
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


def act_for(scope: Scope, user: SignedInUser) -> None:
    """From now on *scope* changes nothing for a session that is over: what its owner ended in another browser, by a
    new password or by "this wasn't me", while this request was on its way, must not be followed by its deed (SES-06).
    """
    scope.begin_changes_with(lambda: _hold(scope, user))


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
    return [_view(row) for row in rows if is_alive(scope, row)]


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The devices that are signed in, for an export."""
    return {"sessions": [asdict(view) for view in list_for(scope, user_id)]}


def purge(scope: Scope) -> int:
    """Delete sessions that are over; return how many."""
    over = UserSession.expires_at < scope.now
    gone = scope.db.scalars(delete(UserSession).where(over).returning(UserSession.handle))
    return len(gone.all())


def _hold(scope: Scope, user: SignedInUser) -> None:
    """Raise NotSignedIn when the session of *user* was ended since the request began; else keep it until the commit.

    Who ends it waits for the lock of the user, or we do: taken before any other row, here as everywhere.
    """
    accounts.lock(scope, user.id)
    held = select(UserSession.handle).where(UserSession.handle == user.session).with_for_update()
    if scope.db.scalar(held) is None:
        raise NotSignedIn


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
