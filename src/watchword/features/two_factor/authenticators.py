"""Authenticator apps: set up, used, renamed, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from watchword.core.db import insert_into, table_of
from watchword.core.has_row import HasRow
from watchword.core.scope import Scope
from watchword.core.tokens import new_handle
from watchword.features.accounts import service as accounts
from watchword.features.two_factor import totp
from watchword.features.two_factor.errors import (
    AuthenticatorNotFound,
    CodeUsed,
    SetUpNotStarted,
    TooManyAuthenticators,
    WrongCode,
)
from watchword.features.two_factor.events import AuthenticatorAdded, AuthenticatorRemoved
from watchword.features.two_factor.models import Authenticator, WaitingAuthenticator

PURPOSE = "authenticator"
LIFETIME = timedelta(minutes=15)  # of a set-up
TRIES = 5  # wrong codes in a set-up
MOST = 10  # each is asked at every sign-in
LONGEST_LABEL = 64
_AUTHENTICATOR = table_of(Authenticator).c
_COUNTED = select(func.count()).where(_AUTHENTICATOR.user_id == bindparam("user_id"))

exists = HasRow(_AUTHENTICATOR.user_id)


@dataclass(frozen=True, slots=True)
class AuthenticatorView:
    """What its owner sees of an authenticator."""

    handle: str
    label: str
    created_at: datetime
    used_at: datetime | None


def begin(scope: Scope, user_id: int, holder: str) -> None:
    """Make a secret that waits for its first code. What waited for this *holder* before is forgotten."""
    _need_room(scope, user_id)
    sealed = scope.keys.encrypt(totp.new_secret().encode(), PURPOSE)
    fresh = {"user_id": user_id, "secret": sealed, "tries_left": TRIES, "expires_at": scope.now + LIFETIME}
    upsert = insert_into(scope.db, WaitingAuthenticator).values(holder=holder, **fresh)
    scope.db.execute(upsert.on_conflict_do_update(index_elements=["holder"], set_=fresh))


def waiting_secret(scope: Scope, user_id: int, holder: str) -> str | None:
    """The secret that is being set up here, if any."""
    row = scope.read.execute(select(WaitingAuthenticator.secret).where(*_waiting(scope, user_id, holder))).first()
    return None if row is None else _opened(scope, row.secret)


def finish(scope: Scope, user_id: int, holder: str, *, code: str, label: str) -> None:
    """The waiting secret becomes an authenticator by a right *code*, which is used up with it (MFA-07, MFA-15)."""
    secret = _opened(scope, _count_try(scope, user_id, holder))
    step = totp.matching_step(secret, code, scope.now)
    if step is None:
        raise WrongCode
    accounts.lock(scope, user_id)  # before any other row: of six at once the others wait here, holding nothing
    _need_room(scope, user_id)  # once more: several may have begun while there was
    used_up = delete(WaitingAuthenticator).where(*_waiting(scope, user_id, holder))
    sealed: bytes | None = scope.db.scalar(used_up.returning(WaitingAuthenticator.secret))
    if sealed is None or _opened(scope, sealed) != secret:
        raise SetUpNotStarted
    handle = new_handle()
    row: dict[str, Any] = {"handle": handle, "user_id": user_id, "label": label, "secret": sealed, "last_step": step}
    scope.db.execute(insert(Authenticator).values(**row, created_at=scope.now))
    scope.emit(AuthenticatorAdded(user_id=user_id, authenticator=handle, label=label))


def use(scope: Scope, user_id: int, code: str) -> None:
    """Accept *code* once, ever: its step moves forward in one statement, so of two at the same time one is late."""
    columns = (Authenticator.handle, Authenticator.secret)
    for row in scope.read.execute(select(*columns).where(Authenticator.user_id == user_id)).all():
        step = totp.matching_step(_opened(scope, row.secret), code, scope.now)
        if step is not None:
            return _move_forward(scope, row.handle, step)
    raise WrongCode


def list_for(scope: Scope, user_id: int) -> list[AuthenticatorView]:
    columns = (Authenticator.handle, Authenticator.label, Authenticator.created_at, Authenticator.used_at)
    rows = scope.read.execute(select(*columns).where(Authenticator.user_id == user_id).order_by(Authenticator.id))
    return [AuthenticatorView(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a row's names


def get(scope: Scope, user_id: int, handle: str) -> AuthenticatorView:
    found = next((each for each in list_for(scope, user_id) if each.handle == handle), None)
    if found is None:
        raise AuthenticatorNotFound
    return found


def rename(scope: Scope, user_id: int, handle: str, *, label: str) -> None:
    ours = (Authenticator.user_id == user_id, Authenticator.handle == handle)
    renamed = update(Authenticator).where(*ours).values(label=label).returning(Authenticator.id)
    if scope.db.scalar(renamed) is None:
        raise AuthenticatorNotFound


def remove(scope: Scope, user_id: int, handle: str) -> None:
    ours = (Authenticator.user_id == user_id, Authenticator.handle == handle)
    label: str | None = scope.db.scalar(delete(Authenticator).where(*ours).returning(Authenticator.label))
    if label is None:
        raise AuthenticatorNotFound
    scope.emit(AuthenticatorRemoved(user_id=user_id, authenticator=handle, label=label))


def count(scope: Scope, user_id: int) -> int:
    return int(scope.read.scalar(_COUNTED, {"user_id": user_id}))


def added_since(scope: Scope, user_id: int, moment: datetime) -> list[AuthenticatorView]:
    return [each for each in list_for(scope, user_id) if each.created_at >= moment]


def newest_secret(scope: Scope, user_id: int) -> tuple[str, int]:
    """The secret of the app added last, and the step it was used with last: for those who test."""
    columns = (Authenticator.secret, Authenticator.last_step)
    newest = select(*columns).where(Authenticator.user_id == user_id).order_by(Authenticator.id.desc()).limit(1)
    row = scope.read.execute(newest).one()
    return _opened(scope, row.secret), row.last_step


def purge(scope: Scope) -> int:
    """Forget set-ups that took too long; return how many."""
    old = delete(WaitingAuthenticator).where(WaitingAuthenticator.expires_at < scope.now)
    return len(scope.db.scalars(old.returning(WaitingAuthenticator.user_id)).all())


def _need_room(scope: Scope, user_id: int) -> None:
    if count(scope, user_id) >= MOST:
        raise TooManyAuthenticators


def _count_try(scope: Scope, user_id: int, holder: str) -> bytes:
    """Count before the look; return the sealed secret."""
    open_ = (*_waiting(scope, user_id, holder), WaitingAuthenticator.tries_left > 0)
    counted = update(WaitingAuthenticator).where(*open_).values(tries_left=WaitingAuthenticator.tries_left - 1)
    with scope.aside() as connection:
        sealed: bytes | None = connection.execute(counted.returning(WaitingAuthenticator.secret)).scalar()
    if sealed is None:
        raise SetUpNotStarted
    return sealed


def _waiting(scope: Scope, user_id: int, holder: str) -> tuple[Any, ...]:
    waiting = WaitingAuthenticator
    return (waiting.holder == holder, waiting.user_id == user_id, waiting.expires_at > scope.now)


def _move_forward(scope: Scope, handle: str, step: int) -> None:
    """By its handle: SQLite gives the id of an app that was removed meanwhile to the next one."""
    later = (Authenticator.handle == handle, Authenticator.last_step < step)
    moved = update(Authenticator).where(*later).values(last_step=step, used_at=scope.now).returning(Authenticator.id)
    if scope.db.scalar(moved) is None:
        raise CodeUsed


def _opened(scope: Scope, sealed: bytes) -> str:
    """The secret; "" when no key we hold opens it."""
    return (scope.keys.decrypt(sealed, PURPOSE) or b"").decode()
