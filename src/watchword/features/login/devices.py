"""Browsers that signed in before: neither a guesser nor the office next door locks their owner out.

The device cookie is no proof. It only chooses which counter a guess falls into (OWASP: device cookies), and where its
owner said so it stands in for the second step (`trust`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, delete, exists, select, update

from watchword.core.db import dialect_of, insert_in, table_of
from watchword.core.prepared import Prepared
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, is_handle, new_handle, new_token
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.login import trust
from watchword.features.login.events import DeviceForgotten
from watchword.features.login.models import KnownDevice

FORGOTTEN_AFTER = timedelta(days=400)
_OTHER = table_of(KnownDevice).alias("other")
_HAS_OTHERS = exists().where(_OTHER.c.user_id == bindparam("whose"), _OTHER.c.id != bindparam("here"))
"""Whether a user signed in from another browser, ever: else this is the very first sign-in."""

_HERE = select(KnownDevice.handle).where(KnownDevice.id == bindparam("id")).order_by(KnownDevice.user_id).limit(1)


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A known browser as its owner sees it."""

    handle: str
    ip: str
    user_agent: str
    first_seen: datetime
    last_seen: datetime
    is_here: bool
    trusted_until: datetime | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A browser that is known from now on: the new secret of its cookie, and what it was before."""

    secret: str
    is_new: bool
    is_trusted: bool
    is_first: bool
    """Whether its user never signed in from another one."""


def handle_of_caller(scope: Scope, person: Person | None) -> str | None:
    """The handle of this browser if it signed *person* in before, under the credentials that hold today."""
    if scope.caller.device is None:
        return None
    mine = KnownDevice.id == fingerprint(scope.caller.device)
    handle: str | None = scope.read.scalar(select(KnownDevice.handle).where(mine, _knows(person)))
    return handle


def handle_of_browser(scope: Scope) -> str | None:
    """The handle of this browser if anybody ever signed in here: for proofs that name nobody until they are checked."""
    if scope.caller.device is None:
        return None
    handle: str | None = scope.read.scalar(_HERE, {"id": fingerprint(scope.caller.device)})
    return handle


def owner_of(scope: Scope, handle: str) -> int | None:
    owner: int | None = scope.read.scalar(select(KnownDevice.user_id).where(KnownDevice.handle == handle))
    return owner


def handles(scope: Scope, person: Person) -> list[str]:
    rows = scope.read.execute(select(KnownDevice.handle).where(_knows(person)))
    return [row.handle for row in rows]


def list_for(scope: Scope, user_id: int) -> list[DeviceView]:
    """The browsers that the user signed in from, the last used first."""
    person = accounts.get(scope, user_id)
    if person is None:
        return []
    here = fingerprint(scope.caller.device) if scope.caller.device else ""
    rows = scope.read.execute(
        select(
            KnownDevice.handle,
            KnownDevice.ip,
            KnownDevice.user_agent,
            KnownDevice.created_at.label("first_seen"),
            KnownDevice.used_at.label("last_seen"),
            (KnownDevice.id == here).label("is_here"),
            case((trust.holds(scope, person), KnownDevice.trusted_at)).label("trusted_at"),
        )
        .where(_knows(person))
        .order_by(KnownDevice.used_at.desc())
    )
    return [_view(scope, row) for row in rows]


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The browsers that are known, for an export."""
    return {"known_devices": [asdict(view) for view in list_for(scope, user_id)]}


def remember(scope: Scope, person: Person, *, trusted: bool = False) -> Remembered:
    """Make this browser known to *person*, and *trusted* if they said so.

    The secret is new at every sign-in: one that was planted in the browser before is worthless afterwards.
    """
    secret = new_token()
    if scope.caller.device is not None:
        old = KnownDevice.id == fingerprint(scope.caller.device)
        scope.db.execute(update(KnownDevice).where(old).values(id=fingerprint(secret)))
    row = {
        "id": fingerprint(secret),
        "user_id": person.id,
        "handle": new_handle(),
        "created_at": scope.now,
        "used_at": scope.now,
        "credential_version": person.credential_version,
        "ip": scope.caller.ip,
        "user_agent": scope.caller.user_agent,
        **(trust.mark(scope, person) if trusted else {}),
    }
    asked = {**trust.holding(scope, person), "whose": person.id, "here": row["id"]}
    kept = _Kept(*_keep(dialect_of(scope.db), trusted=trusted).all(scope.db, **row, **asked)[0])
    is_new = kept.created_at == row["created_at"]
    return Remembered(secret, is_new, is_trusted=bool(kept.is_trusted), is_first=not kept.has_others)


def forget(scope: Scope, user_id: int, handle: str) -> None:
    """From now on this browser is a stranger. A handle that isn't the user's own does nothing."""
    if not is_handle(handle):
        return
    accounts.lock(scope, user_id)  # a sign-in that this browser is trusted in is over before, or begins after
    theirs = (KnownDevice.handle == handle) & (KnownDevice.user_id == user_id)
    gone = scope.db.scalar(delete(KnownDevice).where(theirs).returning(KnownDevice.user_id))
    if gone is not None:
        scope.emit(DeviceForgotten(user_id=user_id))


def forget_all(scope: Scope, user_id: int) -> None:
    scope.db.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))


def purge(scope: Scope) -> int:
    old = KnownDevice.used_at < scope.now - FORGOTTEN_AFTER
    return len(scope.db.scalars(delete(KnownDevice).where(old).returning(KnownDevice.user_id)).all())


def _view(scope: Scope, row: Any) -> DeviceView:
    shown = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    trusted_at = shown.pop("trusted_at")
    return DeviceView(**shown, trusted_until=trust.ends_at(scope, trusted_at) if trusted_at else None)


class _Kept(NamedTuple):
    """What `_keep` returns of the browser's row."""

    created_at: datetime
    is_trusted: bool | None
    has_others: bool


@cache
def _keep(dialect: str, *, trusted: bool) -> Prepared:
    """A new row, or the one that this browser has for this user, brought up to date."""
    insert = insert_in(dialect, table_of(KnownDevice))
    names = ["used_at", "credential_version", "ip", "user_agent", *(trust.MARK if trusted else ())]
    fresh = {name: insert.excluded[name] for name in names}
    kept = insert.on_conflict_do_update(index_elements=["id", "user_id"], set_=fresh)
    others = _HAS_OTHERS.label("has_others")
    return Prepared(kept.returning(table_of(KnownDevice).c.created_at, trust.HOLDS.label("is_trusted"), others))


def _knows(person: Person | None) -> ColumnElement[bool]:
    """Also asked for nobody: then it finds nothing, at the same cost."""
    user_id, version = (person.id, person.credential_version) if person else (0, 0)
    return (KnownDevice.user_id == user_id) & (KnownDevice.credential_version == version)
