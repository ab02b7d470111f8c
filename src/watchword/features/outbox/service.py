"""Leave work in the outbox, hand it to one worker at a time, and write down how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from watchword.core.limits import Bucket
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.events import JobGivenUp
from watchword.features.outbox.models import DEAD, DONE, WAITING, OutboxRow
from watchword.features.outbox.waiting import (
    WaitingRow,
    depth,
    drop,
    find,
    given_up,
    list_open,
    oldest_waiting_seconds,
    retry,
)

__all__ = [
    "ALL_JOBS",
    "Claimed",
    "Lane",
    "PayloadUnreadable",
    "WaitingRow",
    "claim",
    "depth",
    "drop",
    "find",
    "finish",
    "give_up",
    "given_up",
    "has_room_for",
    "list_open",
    "oldest_waiting_seconds",
    "open_payload",
    "post",
    "postpone",
    "purge",
    "retry",
]

PURPOSE = "outbox"
LEASE = timedelta(minutes=5)  # longer than the slowest polite mail server takes; then another worker may try
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
KEPT = timedelta(days=30)
DEAD_PAYLOAD_KEPT = timedelta(days=7)


class PayloadUnreadable(Exception):
    """No key we hold opens the payload: SECRET_KEY changed and the old one is not among the fallbacks."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that *worker* holds until its lease is over. *tries* tells this claim from later ones."""

    worker: str
    id: int
    public_id: str
    job: str
    tries: int
    sealed: bytes


def post(scope: Scope, job: str, payload: Mapping[str, object]) -> None:
    """Leave *job* in the transaction of the change it belongs to. *payload* is plain JSON; it is stored encrypted."""
    sealed = scope.keys.encrypt(json.dumps(payload).encode(), PURPOSE)
    scope.db.execute(insert(OutboxRow).values(job=job, payload=sealed, created_at=scope.now, due_at=scope.now))


def sender(scope: Scope) -> str:
    """The From of our mails, as a person reads it."""
    return str(scope.config[OutboxConfig].sender(scope.config[SiteConfig]))


def has_room_for(scope: Scope, address: str, kind: str) -> bool:
    """Whether one more mail of *kind* may go to *address* (its `limit_key`): two at once, then one in ten minutes,
    after twenty of them one in half an hour. Who asks in somebody's name all day long keeps no mail from them (RL-12).
    """
    key = f"mail:{scope.keys.keyed('mail cap', address)[:40]}:{kind}"
    few, many = Bucket(key, 2, timedelta(minutes=10)), Bucket(f"{key}:many", 20, timedelta(minutes=30))
    return scope.limits.has_room(few, many)


@dataclass(frozen=True, slots=True)
class Lane:
    """Which jobs a worker does: those of *only* if there are any, and none of *but*."""

    only: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()


ALL_JOBS = Lane()


def claim(scope: Scope, worker: str, lane: Lane = ALL_JOBS) -> Claimed | None:
    """Take the row that has been due for longest, in a short transaction of its own; None when nothing is due.

    Of two workers at the same time, one gets the row. A worker that dies keeps it for `LEASE` and no longer.
    """
    if scope.read.scalar(_next(scope, lane)) is None:  # an idle worker takes no write lock
        return None
    row = OutboxRow
    statement = (
        update(row)
        .where(row.id == _next(scope, lane).with_for_update(skip_locked=True).scalar_subquery())
        .values(leased_by=worker, lease_until=scope.now + LEASE, tries=row.tries + 1)
        .returning(row.id, row.public_id, row.job, row.tries, row.payload)
    )
    with scope.aside() as connection:
        found = connection.execute(statement).first()
    return None if found is None else Claimed(worker, *found)


def open_payload(scope: Scope, claimed: Claimed) -> dict[str, Any]:
    """What was posted; raises PayloadUnreadable."""
    plain = scope.keys.decrypt(claimed.sealed, PURPOSE)
    if plain is None:
        raise PayloadUnreadable
    return cast("dict[str, Any]", json.loads(plain))


def finish(scope: Scope, claimed: Claimed) -> bool:
    """Mark the row done and blank its payload, in the open transaction. False when another worker holds it by now."""
    return _end(scope, claimed, state=DONE, payload=b"", last_error=None)


def give_up(scope: Scope, claimed: Claimed, error: str) -> bool:
    """Bury the row. Its payload stays for `DEAD_PAYLOAD_KEPT`, so that an operator can try again."""
    ours = _end(scope, claimed, state=DEAD, last_error=error[:120])
    if ours:
        scope.emit(JobGivenUp(job=claimed.job, row=claimed.public_id, tries=claimed.tries, error=error[:120]))
    return ours


def postpone(scope: Scope, claimed: Claimed, error: str) -> bool:
    """Try again later, after a longer pause each time; give up when all tries are used. False when it is given up."""
    if claimed.tries >= scope.config[OutboxConfig].tries:
        give_up(scope, claimed, error)
        return False
    due_at = scope.now + PAUSES[min(claimed.tries, len(PAUSES)) - 1]
    values = {"due_at": due_at, "lease_until": None, "leased_by": None, "last_error": error[:120]}
    scope.db.execute(update(OutboxRow).where(_held_by(claimed)).values(values))
    return True


def purge(scope: Scope) -> int:
    """Blank what was buried a week ago, delete what ended a month ago; return how many rows changed."""
    row, now = OutboxRow, scope.now
    ended = row.state.in_((DONE, DEAD))
    buried = (row.state == DEAD, row.ended_at < now - DEAD_PAYLOAD_KEPT, row.payload != b"")
    blanked = scope.db.scalars(update(row).where(*buried).values(payload=b"").returning(row.id)).all()
    gone = scope.db.scalars(delete(row).where(ended, row.ended_at < now - KEPT).returning(row.id)).all()
    return len(blanked) + len(gone)


def _next(scope: Scope, lane: Lane) -> Any:
    row, now = OutboxRow, scope.now
    free = or_(row.lease_until.is_(None), row.lease_until <= now)
    due = [row.state == WAITING, row.due_at <= now, free]
    due += [row.job.in_(sorted(lane.only))] if lane.only else []
    due += [row.job.not_in(sorted(lane.but))] if lane.but else []
    return select(row.id).where(*due).order_by(row.due_at, row.id).limit(1)


def _held_by(claimed: Claimed) -> ColumnElement[bool]:
    """The row, if no later claim took it: a worker that slept through its lease must change nothing."""
    row = OutboxRow
    ours = (row.tries == claimed.tries) & (row.leased_by == claimed.worker)
    return (row.id == claimed.id) & (row.state == WAITING) & ours


def _end(scope: Scope, claimed: Claimed, **values: object) -> bool:
    ended = {**values, "ended_at": scope.now, "lease_until": None, "leased_by": None}
    statement = update(OutboxRow).where(_held_by(claimed)).values(ended).returning(OutboxRow.id)
    return scope.db.scalar(statement) is not None
