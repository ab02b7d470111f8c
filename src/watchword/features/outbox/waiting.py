"""What waits and what was given up: for operators, who may try it again or drop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, select, update

from watchword.core.scope import Scope
from watchword.features.outbox.events import JobDropped
from watchword.features.outbox.models import DEAD, DONE, WAITING, OutboxRow

_OPEN = OutboxRow.state.in_((WAITING, DEAD))


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One row as an operator sees it: nothing of what it holds."""

    public_id: str
    job: str
    state: str
    created_at: datetime
    due_at: datetime
    tries: int
    last_error: str | None
    is_held: bool
    """A worker is at it."""
    is_empty: bool
    """What it held was blanked: it can't be tried again."""

    @property
    def is_given_up(self) -> bool:
        return self.state == DEAD


def list_open(scope: Scope, *, limit: int = 100) -> list[WaitingRow]:
    """What is not done, the oldest first."""
    rows = scope.read.execute(_shown(scope).order_by(OutboxRow.id).limit(limit)).mappings()
    return [WaitingRow(**one) for one in rows]


def find(scope: Scope, public_id: str) -> WaitingRow | None:
    """The row of that name, if it isn't done."""
    row = scope.read.execute(_shown(scope).where(OutboxRow.public_id == public_id)).mappings().first()
    return None if row is None else WaitingRow(**row)


def retry(scope: Scope, public_id: str | None = None) -> int:
    """Make one row due now, or all that were given up and still hold something; return how many."""
    row = OutboxRow
    which = (row.state == DEAD) if public_id is None else (row.public_id == public_id) & _OPEN
    fresh = {"state": WAITING, "due_at": scope.now, "tries": 0, "ended_at": None}
    free = row.lease_until.is_(None) | (row.lease_until <= scope.now)
    return _change(scope, which & (row.payload != b"") & free, fresh)


def drop(scope: Scope, public_id: str) -> int:
    """Do it never: blank what the row holds. One that a worker holds at this moment is left alone."""
    row = OutboxRow
    free = row.lease_until.is_(None) | (row.lease_until <= scope.now)
    gone = {"state": DONE, "payload": b"", "ended_at": scope.now, "last_error": "dropped"}
    count = _change(scope, (row.public_id == public_id) & _OPEN & free, gone)
    if count:
        scope.emit(JobDropped(row=public_id))
    return count


def oldest_waiting_seconds(scope: Scope) -> float:
    """How long the oldest row has waited; 0.0 when none does. Grows without end when no worker runs."""
    oldest = scope.read.scalar(select(func.min(OutboxRow.created_at)).where(OutboxRow.state == WAITING))
    return 0.0 if oldest is None else max((scope.now - oldest).total_seconds(), 0.0)


def depth(scope: Scope) -> dict[tuple[str, str], int]:
    """How many rows wait, and how many will not be tried again by themselves, by state and job."""
    row = OutboxRow
    open_ = select(row.state, row.job, func.count().label("rows")).where(_OPEN, row.payload != b"")
    found = scope.read.execute(open_.group_by(row.state, row.job))
    return {(one.state, one.job): one.rows for one in found}


def given_up(scope: Scope) -> int:
    """How many rows will not be tried again by themselves."""
    return sum(count for (state, _job), count in depth(scope).items() if state == DEAD)


def _shown(scope: Scope) -> Any:
    row = OutboxRow
    columns = (row.public_id, row.job, row.state, row.created_at, row.due_at, row.tries, row.last_error)
    is_held = func.coalesce(row.lease_until > scope.now, false()).label("is_held")
    return select(*columns, is_held, (row.payload == b"").label("is_empty")).where(_OPEN)


def _change(scope: Scope, which: ColumnElement[bool], values: dict[str, object]) -> int:
    return len(scope.db.scalars(update(OutboxRow).where(which).values(values).returning(OutboxRow.id)).all())
