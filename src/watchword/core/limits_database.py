"""Limits counted in the database: each call is a short transaction of its own, so that no rollback gives a count back.

All limits of a guess are counted by one statement, and each row decides by itself whether it had room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Result, Row, case, delete, select

from watchword.core.clock import Clock
from watchword.core.db import insert_into
from watchword.core.limits import (
    PENDING_SECONDS,
    UNBOUNDED,
    Bucket,
    Count,
    Delay,
    Full,
    Guarded,
    Guess,
    Limits,
    Rate,
    Streak,
    closed_until,
    milliseconds,
)
from watchword.core.limits_rows import ALWAYS_OPEN, Counted, LimitRow, by_key, counts_all, counts_one, settles

if TYPE_CHECKING:
    from watchword.core.store import Store


class DatabaseLimits(Limits):
    """The counts in the database, by the clock of the app."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def try_to_take(self, wanted: Sequence[Rate | Bucket]) -> Full | None:
        now = self._now()
        with self._store.counting.connect() as connection, connection.begin() as transaction:
            rates = [one for one in wanted if isinstance(one, Rate)]
            counted: dict[str, Any] = {**_count(connection, rates, now, pending=0)} if rates else {}
            for bucket in sorted((one for one in wanted if isinstance(one, Bucket)), key=lambda one: one.key):
                counted |= _count_bucket(connection, bucket, now)
            full = [one.key for one in wanted if one.key not in counted]
            if not full:
                return None
            opens_at = {key: row.opens_at for key, row in _look(connection, full).items()}
            transaction.rollback()  # a full one whose row is gone by now opens at once
            return Full(dict.fromkeys(full, now) | opens_at, now, only_in_flight=False)

    def tally(self, key: str, seconds: int) -> int:
        with self._store.counting.begin() as connection:
            counted = _count(connection, [Rate(key, UNBOUNDED, seconds)], self._now(), pending=0)
            return int(counted[key].used)

    def find(self, key: str) -> Count | None:
        with self._store.counting.connect() as connection:
            row = connection.execute(_shown(self._now()).where(LimitRow.key == key)).mappings().first()
            return Count(**row) if row else None

    def forget(self, keys: Iterable[str]) -> int:
        with self._store.counting.begin() as connection:
            return _delete(connection, LimitRow.key.in_(list(keys)))

    def counts(self) -> list[Count]:
        with self._store.counting.connect() as connection:
            rows = connection.execute(_shown(self._now()).order_by(LimitRow.key)).mappings()
            return [Count(**row) for row in rows]

    def purge(self) -> int:
        with self._store.counting.begin() as connection:
            return _delete(connection, LimitRow.ends_at < self._now(), skip_locked=True)

    def try_to_reserve(self, wanted: Sequence[Guarded]) -> Guess | Full:
        """Nearly always all have room, and one statement says so. Else a transaction finds out who hasn't."""
        now = self._now()
        with self._store.at_once() as connection:
            counted = _by_key(counts_all.all(connection, _rows(wanted, now, pending=1), now=now))
        reserved = _Reserved(self._store, self._clock, wanted, counted=counted)
        if len(counted) == len(wanted):
            return reserved
        reserved.unchecked()  # nothing was counted, nearly always; else another guess filled one of them meanwhile
        return self._reserve_what_has_room(wanted, now)

    def _reserve_what_has_room(self, wanted: Sequence[Guarded], now: int) -> Guess | Full:
        with self._store.counting.connect() as connection, connection.begin() as transaction:
            counted = _count(connection, wanted, now, pending=1)
            full = [one.key for one in wanted if one.key not in counted]
            if full:
                rows = _look(connection, full)
                transaction.rollback()
                opens_at = {key: max(row.opens_at, now) for key, row in rows.items()}
                in_flight = [row.pending > 0 and row.pending_until > now for row in rows.values()]
                return Full(dict.fromkeys(full, now) | opens_at, now, only_in_flight=all(in_flight))
        return _Reserved(self._store, self._clock, wanted, counted=counted)

    def _now(self) -> int:
        return milliseconds(self._clock)


class _Reserved:
    """Remembers each window by its end, so that a late answer never changes the next window."""

    def __init__(self, store: Store, clock: Clock, wanted: Sequence[Guarded], *, counted: dict[str, Counted]) -> None:
        streaks = [one for one in wanted if isinstance(one, Streak) and one.key in counted]
        self.is_closed = any(counted[one.key].used > one.amount for one in streaks)
        self.fills_streak = any(counted[one.key].used == one.amount for one in streaks)
        self._store = store
        self._clock = clock
        self._counted = [(one, counted[one.key]) for one in wanted if one.key in counted]

    def right(self) -> None:
        self._settle(used=1, forget=True)

    def wrong(self) -> None:
        self._settle(used=0, pause=True)

    def unchecked(self) -> None:
        self._settle(used=1)

    def _settle(self, *, used: int, forget: bool = False, pause: bool = False) -> None:
        now = milliseconds(self._clock)
        rows = [
            {
                "key": one.key,
                "ends_at": row.ends_at,
                "closed_until": closed_until(one, row.used, now) if pause else 0,
                "forgets": int(forget and isinstance(one, Streak)),
            }
            for one, row in sorted(self._counted, key=lambda item: item[0].key)
        ]
        self._counted = []
        if rows:
            with self._store.at_once() as connection:
                settles.run(connection, rows, given_back=used)


def _count(connection: Connection, wanted: Sequence[Guarded], now: int, *, pending: int) -> dict[str, Counted]:
    """Count one under each of *wanted* that has room, in one statement; return their rows by key."""
    rows = _rows(wanted, now, pending=pending)
    return _by_key(counts_one.all(connection, rows, now=now))


def _by_key(rows: Sequence[Sequence[Any]]) -> dict[str, Counted]:
    return {counted.key: counted for counted in starmap(Counted, rows)}


def _rows(wanted: Sequence[Guarded], now: int, *, pending: int) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "ends_at": now + one.seconds * 1000,
            "opens_at": _opens_at(one, now),
            "used": 1,
            "amount": one.amount,
            "pending": pending,
            "pending_until": now + PENDING_SECONDS * 1000 * pending,
        }
        for one in sorted(wanted, key=lambda one: one.key)  # one order for all: no deadlock
    ]


def _opens_at(one: Guarded, now: int) -> int:
    if isinstance(one, Streak):
        return ALWAYS_OPEN
    return now if isinstance(one, Delay) else now + one.seconds * 1000


def _delete(connection: Connection, those: ColumnElement[bool], *, skip_locked: bool = False) -> int:
    """Delete *those* in the order in which guesses count and settle: else each waits for the other. Return how many."""
    in_order = (
        select(LimitRow.key)
        .where(those)
        .order_by(by_key(connection.dialect.name))
        .with_for_update(skip_locked=skip_locked)
    )
    gone = delete(LimitRow).where(those, LimitRow.key.in_(select(in_order.cte("in_order").c.key)))
    return len(connection.execute(gone.returning(LimitRow.key)).all())


def _count_bucket(connection: Connection, bucket: Bucket, now: int) -> dict[str, Row[Any]]:
    step = int(bucket.refill.total_seconds() * 1000)
    slack = step * (bucket.size - 1)
    full = {"used": bucket.size, "amount": bucket.size, "pending": 0, "pending_until": 0}
    insert = insert_into(connection, LimitRow).values(
        key=bucket.key, ends_at=now + step, opens_at=now + step - slack, **full
    )
    ends_at = case((LimitRow.ends_at < now, now), else_=LimitRow.ends_at) + step
    statement = insert.on_conflict_do_update(
        index_elements=[LimitRow.key],
        set_={"ends_at": ends_at, "opens_at": ends_at - slack, **full},
        where=LimitRow.ends_at <= now + slack,
    ).returning(LimitRow.key)
    return {row.key: row for row in connection.execute(statement)}


def _shown(now: int) -> Any:
    """A full streak is shown as closed until it is over, and what came after it filled is not counted."""
    is_streak = LimitRow.opens_at == ALWAYS_OPEN
    opens_at = case((is_streak, LimitRow.ends_at), else_=LimitRow.opens_at).label("opens_at")
    used = case((is_streak & (LimitRow.used > LimitRow.amount), LimitRow.amount), else_=LimitRow.used).label("used")
    columns = (LimitRow.key, used, LimitRow.amount, LimitRow.pending, opens_at, LimitRow.ends_at)
    return select(*columns).where(LimitRow.ends_at > now)


def _look(connection: Connection, keys: Sequence[str]) -> dict[str, Row[Any]]:
    columns = (LimitRow.key, LimitRow.opens_at, LimitRow.pending, LimitRow.pending_until)
    rows: Result[Any] = connection.execute(select(*columns).where(LimitRow.key.in_(keys)))
    return {row.key: row for row in rows}
