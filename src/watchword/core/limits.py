"""Counting what may happen only so often, exactly, across threads and processes.

Two shapes, both one atomic statement on one row: a *rate* ("5/minute": a window that opens at its first count) and a
*bucket* (so many at once, then one each so often: GCRA). A *guess* is counted before the slow check, so that parallel
guesses can't slip through, and given back when it was right.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Protocol, Self

from sqlalchemy import BigInteger, Connection, Engine, Integer, String, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.clock import Clock
from watchword.core.db import Base
from watchword.core.errors import TooManyTries

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
PENDING_SECONDS = 30  # how long a guess in flight is believed; a killed process blocks nobody for longer
PATIENCE_SECONDS = 10.0  # how long a guess waits for others in flight before it is refused


class LimitRow(Base):
    """One counted key. Keys are keyed hashes or addresses of callers; times are milliseconds since 1970."""

    __tablename__ = "auth_limit"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
    used: Mapped[int] = mapped_column(Integer)
    pending: Mapped[int] = mapped_column(Integer)
    pending_until: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most *amount* in each window of *seconds*, counted under *key*."""

    key: str
    amount: int
    seconds: int

    @classmethod
    def of(cls, key: str, text: str) -> Self:
        """`Rate.of("login:192.0.2.1", "5/minute")`; the key gains the period, so that rates don't share a row."""
        amount, _, unit = text.partition("/")
        return cls(f"{key}:{unit}", int(amount), _UNITS[unit])


@dataclass(frozen=True, slots=True)
class Bucket:
    """At most *size* at once, then one more each *refill*, counted under *key*."""

    key: str
    size: int
    refill: timedelta


class Guess(Protocol):
    """A guess in flight. Say how it ended, once; unsaid it counts as wrong."""

    def right(self) -> None: ...
    def wrong(self) -> None: ...


class Limits:
    """The counters in the database. Each call is a short transaction of its own, so no rollback gives a count back."""

    def __init__(self, engine: Callable[[], Engine], clock: Clock) -> None:
        """*engine* is asked each time: a host's engine exists only inside an app context."""
        self._open = engine
        self._clock = clock

    @property
    def _engine(self) -> Engine:
        return self._open()

    def take(self, *wanted: Rate | Bucket) -> None:
        """Count one act under all of *wanted*, or count nothing and raise TooManyTries."""
        now = self._now()
        with self._engine.connect() as connection, connection.begin() as transaction:
            for one in sorted(wanted, key=lambda one: one.key):  # one order for all: no deadlock
                if _count(connection, one, now, pending=0) is None:
                    wait = _milliseconds_left(connection, one, now)
                    transaction.rollback()
                    raise _refusal(wait)

    def has_room(self, *wanted: Rate | Bucket) -> bool:
        """Count one act under all of *wanted* and say whether there was room for it."""
        try:
            self.take(*wanted)
        except TooManyTries:
            return False
        return True

    def left(self, rate: Rate) -> int:
        """How many of *rate* are left in its window now."""
        open_ = (LimitRow.key == rate.key, LimitRow.ends_at > self._now())
        with self._engine.connect() as connection:
            return max(rate.amount - (connection.execute(select(LimitRow.used).where(*open_)).scalar() or 0), 0)

    def reserve(self, *rates: Rate) -> Guess:
        """Count a guess before it is checked. Waits while only guesses in flight fill the window."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            windows, wait, in_flight = self._try_to_reserve(rates)
            if windows is not None:
                return _Reserved(self._engine, windows)
            if not in_flight or time.monotonic() > give_up:
                raise _refusal(wait)
            time.sleep(random.uniform(0.01, 0.04))  # noqa: S311 - spreads the waiting, no secret

    def full_until(self, rate: Rate) -> int | None:
        """The end of the window (milliseconds since 1970) when all of it is used up and nothing is in flight."""
        with self._engine.connect() as connection:
            full = (LimitRow.used >= rate.amount, LimitRow.pending == 0, LimitRow.ends_at > self._now())
            ends_at: int | None = connection.execute(
                select(LimitRow.ends_at).where(LimitRow.key == rate.key, *full)
            ).scalar()
            return ends_at

    def forget(self, *rates: Rate) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(LimitRow).where(LimitRow.key.in_([rate.key for rate in rates])))

    def purge(self) -> int:
        """Drop the windows that are over; return how many."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(LimitRow).where(LimitRow.ends_at < self._now()).returning(LimitRow.key))
            return len(gone.all())

    def _try_to_reserve(self, rates: Sequence[Rate]) -> tuple[dict[str, int] | None, int, bool]:
        now = self._now()
        windows: dict[str, int] = {}
        with self._engine.connect() as connection, connection.begin() as transaction:
            for rate in sorted(rates, key=lambda one: one.key):
                ends_at = _count(connection, rate, now, pending=1)
                if ends_at is None:
                    wait = _milliseconds_left(connection, rate, now)
                    in_flight = _in_flight(connection, rate, now)
                    transaction.rollback()
                    return None, wait, in_flight
                windows[rate.key] = ends_at
        return windows, 0, False

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


class _Reserved:
    """Remembers each window by its end, so that a late answer never changes the next window."""

    def __init__(self, engine: Engine, windows: dict[str, int]) -> None:
        self._engine = engine
        self._windows = windows

    def right(self) -> None:
        self._settle(given_back=1)

    def wrong(self) -> None:
        self._settle(given_back=0)

    def _settle(self, given_back: int) -> None:
        with self._engine.begin() as connection:
            for key, ends_at in sorted(self._windows.items()):
                connection.execute(
                    update(LimitRow)
                    .where(LimitRow.key == key, LimitRow.ends_at == ends_at, LimitRow.pending > 0)
                    .values(used=LimitRow.used - given_back, pending=LimitRow.pending - 1)
                )
        self._windows = {}


def _count(connection: Connection, wanted: Rate | Bucket, now: int, *, pending: int) -> int | None:
    """Count one and return the end of its window, or None when it is full."""
    if isinstance(wanted, Bucket):
        return _count_bucket(connection, wanted, now)
    ends_at = now + wanted.seconds * 1000
    over = LimitRow.ends_at <= now
    insert = _insert(connection).values(
        key=wanted.key, ends_at=ends_at, used=1, pending=pending, pending_until=now + PENDING_SECONDS * 1000
    )
    statement = insert.on_conflict_do_update(
        index_elements=[LimitRow.key],
        set_={
            "used": case((over, 1), else_=LimitRow.used + 1),
            "pending": case((over, pending), else_=LimitRow.pending + pending),
            "ends_at": case((over, ends_at), else_=LimitRow.ends_at),
            "pending_until": insert.excluded.pending_until,
        },
        where=over | (LimitRow.used < wanted.amount),
    ).returning(LimitRow.ends_at)
    found: int | None = connection.execute(statement).scalar()
    return found


def _count_bucket(connection: Connection, bucket: Bucket, now: int) -> int | None:
    step = int(bucket.refill.total_seconds() * 1000)
    insert = _insert(connection).values(key=bucket.key, ends_at=now + step, used=1, pending=0, pending_until=0)
    statement = insert.on_conflict_do_update(
        index_elements=[LimitRow.key],
        set_={"ends_at": case((LimitRow.ends_at < now, now), else_=LimitRow.ends_at) + step},
        where=LimitRow.ends_at <= now + step * (bucket.size - 1),
    ).returning(LimitRow.ends_at)
    found: int | None = connection.execute(statement).scalar()
    return found


def _insert(connection: Connection):  # type: ignore[no-untyped-def]  # noqa: ANN202 - two dialects, one shape
    return (postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert)(LimitRow)


def _milliseconds_left(connection: Connection, wanted: Rate | Bucket, now: int) -> int:
    ends_at = connection.execute(select(LimitRow.ends_at).where(LimitRow.key == wanted.key)).scalar() or now
    if isinstance(wanted, Bucket):
        return max(int(ends_at - now - wanted.refill.total_seconds() * 1000 * (wanted.size - 1)), 0)
    return max(ends_at - now, 0)


def _in_flight(connection: Connection, rate: Rate, now: int) -> bool:
    waiting = select(LimitRow.pending).where(LimitRow.key == rate.key, LimitRow.pending_until > now)
    return bool(connection.execute(waiting).scalar())


def _refusal(wait: int) -> TooManyTries:
    seconds = max(ceil(wait / 1000), 1)
    return TooManyTries(retry_after=seconds, values={"wait": seconds})
