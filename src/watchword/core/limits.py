"""What may happen only so often: the shapes of a limit, and what every place that counts must do.

A *guess* is counted before its slow check, so that parallel guesses can't slip through, and given back when it was
right. Counting is exact across threads and processes, wherever the counts lie (`limits_database`, `limits_redis`).
"""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Protocol, Self

from watchword.core.clock import Clock
from watchword.core.errors import TooManyTries
from watchword.core.tokens import fingerprint

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
PENDING_SECONDS = 30  # how long a guess in flight is believed; a killed process blocks nobody for longer
REFUSED = "refused:"  # before the key of a limit: how often it refused within the hour
LONGEST_KEY = 120  # as the column is wide
LONGEST_SECONDS = 100 * 366 * 86400
TOLD_ONE_BY_ONE = 10  # refusals of one limit within the hour
UNBOUNDED = 2**31 - 1  # the amount of a limit that only counts: the largest that both databases hold
PATIENCE_SECONDS = 10.0  # how long a guess waits for others in flight before it is refused


@dataclass(frozen=True, slots=True)
class Rate:
    """At most *amount* in each window of *seconds*, counted under *key*. A window opens at its first count.

    A *lasting* one is counted in the database wherever the others are: a Redis may lose its memory.
    """

    key: str
    amount: int
    seconds: int
    lasting: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.amount <= UNBOUNDED and 1 <= self.seconds <= LONGEST_SECONDS):
            raise ValueError(f"{self.amount} in {self.seconds} s is no rate: 1 to {UNBOUNDED}, within a century")

    @classmethod
    def of(cls, key: str, text: str, *, lasting: bool = False) -> Self:
        """`Rate.of("login:192.0.2.1", "5/minute")`; the key gains the period, so that rates don't share a row."""
        amount, _, unit = text.partition("/")
        if unit not in UNITS or not amount.strip().isdecimal():
            raise ValueError(f"{text!r} is no rate: write it as 5/minute, with one of {', '.join(UNITS)}")
        return cls(f"{key}:{unit}", int(amount), UNITS[unit], lasting)


@dataclass(frozen=True, slots=True)
class Bucket:
    """At most *size* at once, then one more each *refill*, counted under *key* (GCRA)."""

    key: str
    size: int
    refill: timedelta


@dataclass(frozen=True, slots=True)
class Delay:
    """After *amount* wrong guesses a pause before each next one: *first*, then twice as long each time, to *longest*.

    Forgotten *seconds* after the first of them.
    """

    key: str
    amount: int
    first: timedelta
    longest: timedelta
    seconds: int

    def pause(self, wrong: int) -> timedelta:
        """How long nobody may guess after the *wrong*-th wrong guess."""
        if wrong < self.amount:
            return timedelta()
        doubled: int = 1 << min(wrong - self.amount, 20)
        return min(self.first * doubled, self.longest)


@dataclass(frozen=True, slots=True)
class Streak:
    """*amount* wrong guesses in a row: a right one forgets those before it. Always counted in the database.

    A full streak refuses nothing by itself: the guess says that it is *closed*, and the caller what that means.
    """

    key: str
    amount: int
    seconds: int


Guarded = Rate | Delay | Streak
"""What a guess can be counted under."""


class Guess(Protocol):
    """A guess in flight. Say how it ended, once; unsaid it counts as wrong."""

    @property
    def is_closed(self) -> bool:
        """Whether a streak was full before this guess: then it is checked for show and must not count as right."""

    @property
    def fills_streak(self) -> bool:
        """Whether this guess was the last one that a streak had room for."""

    def right(self) -> None: ...
    def wrong(self) -> None: ...

    def unchecked(self) -> None:
        """Nothing could be checked: the guess is given back, and nothing is forgotten."""


@dataclass(frozen=True, slots=True)
class Full:
    """Why a guess can't be counted now. Without *only_in_flight*, waiting for others would not help."""

    opens_at: Mapping[str, int]
    now: int
    only_in_flight: bool

    @property
    def key(self) -> str:
        """The limit that opens last."""
        return max(self.opens_at, key=lambda key: self.opens_at[key])

    def refusal(self, number: int) -> TooManyTries:
        """What its caller is told; *number* is how often the limit refused within the hour."""
        wait = max(ceil((self.opens_at[self.key] - self.now) / 1000), 1)
        rule, is_row = rule_of(self.key), is_told(number)
        return TooManyTries(rule, number=number, is_told=is_row, retry_after=wait, values={"wait": wait})


@dataclass(frozen=True, slots=True)
class Count:
    """One count as operators see it. Times are milliseconds since 1970; *rule* and *who* are parts of its key."""

    key: str
    used: int
    amount: int
    pending: int
    opens_at: int
    ends_at: int

    @property
    def rule(self) -> str:
        return rule_of(self.key)

    @property
    def who(self) -> str:
        """Without the unit of a rate, which is *unit*."""
        return self.key.partition(":")[2].removesuffix(f":{self.unit}" if self.unit else "")

    @property
    def unit(self) -> str:
        """`minute` of five a minute; empty for what is no rate."""
        last = self.key.rpartition(":")[2]
        return last if last in UNITS else ""

    @property
    def refuses(self) -> bool:
        """Whether this is the count of a limit; others only remember something for a while (`tally`)."""
        return self.amount < UNBOUNDED

    def is_full(self, now: int) -> bool:
        return self.used >= self.amount and self.opens_at > now


class Limits(ABC):
    """Keys are `rule:who`: operators read the rule. Who is an address of a caller (`ip:` before it where a rule counts
    by more than that), `user:` and the id of a user, a handle, or a keyed hash: nothing that was typed.
    """

    def take(self, *wanted: Rate | Bucket) -> None:
        """Count one act under all of *wanted*, or count nothing and raise TooManyTries."""
        found = self.try_to_take(wanted)
        if found is not None:
            raise self._refuse(found)

    @abstractmethod
    def try_to_take(self, wanted: Sequence[Rate | Bucket]) -> Full | None:
        """Count one act under all of *wanted*, or say why it was counted under none of them."""

    def reserve(self, *wanted: Guarded) -> Guess:
        """Count a guess before it is checked. Waits while only guesses in flight fill a limit."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = self.try_to_reserve(wanted)
            if not isinstance(found, Full):
                return found
            if not found.only_in_flight or time.monotonic() > give_up:
                raise self._refuse(found)
            time.sleep(random.uniform(0.01, 0.04))  # noqa: S311 - spreads the waiting, no secret

    @abstractmethod
    def try_to_reserve(self, wanted: Sequence[Guarded]) -> Guess | Full:
        """Count a guess under all of *wanted*, or under none of them."""

    @abstractmethod
    def tally(self, key: str, seconds: int) -> int:
        """Count one more under *key*, which refuses nothing; return how many it is in its window of *seconds*."""

    @abstractmethod
    def find(self, key: str) -> Count | None:
        """The count under *key*; None when there is none, or it is over."""

    @abstractmethod
    def forget(self, keys: Iterable[str]) -> int:
        """Drop these counts; return how many there were."""

    @abstractmethod
    def counts(self) -> list[Count]:
        """All counts that are not over."""

    @abstractmethod
    def purge(self) -> int:
        """Drop what is over; return how many."""

    def close(self) -> None:  # noqa: B027 - most hold nothing open
        """Give back what is held open."""

    def has_room(self, *wanted: Rate | Bucket) -> bool:
        """Count one act under all of *wanted* and say whether there was room for it."""
        return self.try_to_take(wanted) is None

    def left(self, rate: Rate) -> int:
        """How many of *rate* are left in its window now."""
        count = self.find(rate.key)
        return max(rate.amount - count.used, 0) if count else rate.amount

    def full_until(self, rate: Rate) -> int | None:
        """The end of the window (milliseconds since 1970) when all of it is used up and nothing is in flight."""
        count = self.find(rate.key)
        return count.ends_at if count and count.used >= rate.amount and not count.pending else None

    def _refuse(self, full: Full) -> TooManyTries:
        return full.refusal(self.tally(refusals_of(full.key), UNITS["hour"]))


def refusals_of(key: str) -> str:
    """The key under which the refusals of the limit *key* are counted: of a long one, what there is room for."""
    long = REFUSED + key
    return long if len(long) <= LONGEST_KEY else f"{long[: LONGEST_KEY - 33]}~{fingerprint(key)[:32]}"


def is_told(number: int) -> bool:
    """Whether the *number*-th refusal of a limit in an hour is written down: ten are, then the hundredth, the
    thousandth, and so on. One costs its caller next to nothing: a row for each would let a flood of them fill the disk.
    """
    return number <= TOLD_ONE_BY_ONE or str(number).rstrip("0") == "1"


def closed_until(one: Guarded, wrong: int, now: int) -> int:
    """Until when nobody may guess after the *wrong*-th wrong guess; 0 where there is no pause."""
    pause = one.pause(wrong) if isinstance(one, Delay) else None
    return now + int(pause.total_seconds() * 1000) if pause else 0


def milliseconds(clock: Clock) -> int:
    """Now, as counts tell time: since 1970."""
    return int(clock.now().timestamp() * 1000)


def rule_of(key: str) -> str:
    return key.partition(":")[0]
