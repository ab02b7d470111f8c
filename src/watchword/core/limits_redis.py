"""Limits counted in Redis, each call one script, so that it is as exact as one statement of the database.

Redis may lose its memory: what must outlive it (streaks and lasting rates, the counts of a user) stays in the database.
When Redis can't be asked, what it guards is refused, never let through.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from watchword.core.clock import Clock
from watchword.core.errors import Unavailable
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

if TYPE_CHECKING:
    pass

log = logging.getLogger("watchword.limits")
PREFIX = "{watchword}:limit:"  # the braces keep all keys in one slot of a cluster: a script needs them together
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 1, 2

# A row has the columns of `LimitRow`. First every row says whether it has room, then all are written, or none.
_COUNT = """
local now, pending, pending_until = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local rows, full = {}, {}
for i, key in ipairs(KEYS) do
  local kind, amount, span = ARGV[3 * i + 1], tonumber(ARGV[3 * i + 2]), tonumber(ARGV[3 * i + 3])
  local held = redis.call('HMGET', key, 'ends_at', 'opens_at', 'used', 'pending', 'pending_until')
  local ends_at, opens_at = tonumber(held[1] or 0), tonumber(held[2] or 0)
  local used, in_flight = tonumber(held[3] or 0), tonumber(held[4] or 0)
  if tonumber(held[5] or 0) <= now then in_flight = 0 end
  local has_room
  if kind == 'bucket' then
    local slack = span * (amount - 1)
    has_room = ends_at <= now + slack
    ends_at = math.max(ends_at, now) + (has_room and span or 0)
    opens_at, used = ends_at - slack, amount
  elseif ends_at <= now then
    has_room, used, in_flight, ends_at = true, 1, pending, now + span
    opens_at = kind == 'delay' and now or ends_at
  else
    has_room = used < amount or (opens_at <= now and in_flight == 0)
    used, in_flight = used + 1, in_flight + pending
  end
  rows[i] = {ends_at, opens_at, used, in_flight, amount}
  if not has_room then
    table.insert(full, {i, opens_at, in_flight - pending})
  end
end
if #full > 0 then return {0, full} end
local counted = {}
for i, key in ipairs(KEYS) do
  local row = rows[i]
  redis.call('HSET', key, 'ends_at', string.format('%.0f', row[1]), 'opens_at', string.format('%.0f', row[2]),
    'used', row[3], 'pending', row[4], 'amount', row[5], 'pending_until', pending_until)
  redis.call('PEXPIRE', key, string.format('%.0f', row[1] - now + 1000))
  counted[i] = {string.format('%.0f', row[1]), row[3]}
end
return {1, counted}
"""

_SETTLE = """
for i, key in ipairs(KEYS) do
  local ends_at, given_back, closed_until = ARGV[3 * i - 2], tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local held = redis.call('HMGET', key, 'ends_at', 'pending', 'opens_at')
  if held[1] == ends_at and tonumber(held[2]) > 0 then
    redis.call('HINCRBY', key, 'pending', -1)
    if given_back > 0 then redis.call('HINCRBY', key, 'used', -given_back) end
    if tonumber(held[3]) < closed_until then
      redis.call('HSET', key, 'opens_at', string.format('%.0f', closed_until))
    end
  end
end
"""


class RedisLimits(Limits):
    """The counts in Redis, by the clock of the app; those that must last in *database*."""

    def __init__(self, url: str, clock: Clock, database: Limits) -> None:
        """Raises ModuleNotFoundError without the extra `redis`. Connects when it is first asked."""
        import redis  # noqa: PLC0415 - an extra
        from redis.backoff import NoBackoff  # noqa: PLC0415 - an extra
        from redis.retry import Retry  # noqa: PLC0415 - an extra

        self._redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=SECONDS_TO_CONNECT,
            socket_timeout=SECONDS_TO_ANSWER,
            retry=Retry(NoBackoff(), 1),  # the first try may meet a connection that died with an earlier Redis
        )
        self._broken = redis.RedisError
        self._count = self._redis.register_script(_COUNT)
        self._settle = self._redis.register_script(_SETTLE)
        self._clock = clock
        self._database = database

    def try_to_take(self, wanted: Sequence[Rate | Bucket]) -> Full | None:
        if any(map(_lasts, wanted)):
            if not all(map(_lasts, wanted)):
                raise ValueError("a lasting rate lies elsewhere: take it by itself")
            return self._database.try_to_take(wanted)
        found = self._counted(wanted, milliseconds(self._clock), pending=0)
        return found if isinstance(found, Full) else None

    def tally(self, key: str, seconds: int) -> int:
        found = self._counted([Rate(key, UNBOUNDED, seconds)], milliseconds(self._clock), pending=0)
        return int(cast("Mapping[str, Any]", found)[key][1])

    def try_to_reserve(self, wanted: Sequence[Guarded]) -> Guess | Full:
        here = [one for one in wanted if not _lasts(one)]
        found = self._counted(here, milliseconds(self._clock), pending=1) if here else {}
        if isinstance(found, Full):
            return found
        guess = _Reserved(self, here, counted=found)
        lasting = [one for one in wanted if _lasts(one)]
        if not lasting:
            return guess
        try:
            kept = self._database.try_to_reserve(lasting)
        except BaseException:
            guess.unchecked()
            raise
        if isinstance(kept, Full):
            guess.unchecked()
            return kept
        return _Both(kept, guess)

    def find(self, key: str) -> Count | None:
        with self._or_unavailable():
            row = cast("Mapping[str, str]", self._redis.hgetall(PREFIX + key))
        return self._shown(key, row) or self._database.find(key)

    def forget(self, keys: Iterable[str]) -> int:
        wanted = list(keys)
        with self._or_unavailable():
            gone = self._redis.delete(*(PREFIX + key for key in wanted)) if wanted else 0
        return gone + self._database.forget(wanted)

    def counts(self) -> list[Count]:
        with self._or_unavailable():
            keys = sorted(self._redis.scan_iter(match=PREFIX + "*", count=1000))
            rows = [(key.removeprefix(PREFIX), self._redis.hgetall(key)) for key in keys]
        found = [self._shown(key, cast("Mapping[str, str]", row)) for key, row in rows]
        return [*filter(None, found), *self._database.counts()]

    def purge(self) -> int:
        """What is over leaves Redis by itself."""
        return self._database.purge()

    def close(self) -> None:
        self._redis.close()
        self._database.close()

    def settle(self, rows: Sequence[tuple[str, str, int, int]]) -> None:
        """How guesses ended: key, end of the window, given back, closed until. Unsaid, they count as wrong."""
        try:
            self._settle(keys=[PREFIX + row[0] for row in rows], args=[value for row in rows for value in row[1:]])
        except self._broken as error:
            log.warning("Redis didn't hear how a guess ended: %s", type(error).__name__)

    def _counted(self, wanted: Sequence[Guarded | Bucket], now: int, *, pending: int) -> dict[str, Any] | Full:
        rows = sorted(wanted, key=lambda one: one.key)
        arguments = [now, pending, now + PENDING_SECONDS * 1000 * pending]
        for one in rows:
            arguments += _measures(one)
        with self._or_unavailable():
            done, found = self._count(keys=[PREFIX + one.key for one in rows], args=arguments)
        if done:
            return {one.key: row for one, row in zip(rows, found, strict=True)}
        opens_at = {rows[number - 1].key: int(opens_at) for number, opens_at, _ in found}
        return Full(opens_at, now, only_in_flight=all(in_flight > 0 for _, _, in_flight in found))

    def _shown(self, key: str, row: Mapping[str, str]) -> Count | None:
        numbers = {name: int(row[name]) for name in ("used", "amount", "pending", "opens_at", "ends_at") if name in row}
        if not numbers or numbers["ends_at"] <= milliseconds(self._clock):
            return None
        return Count(key=key, **numbers)

    @contextmanager
    def _or_unavailable(self) -> Iterator[None]:
        try:
            yield
        except self._broken as error:
            log.warning("Redis not available: %s", type(error).__name__)
            raise Unavailable(retry_after=5) from error

    @property
    def clock(self) -> Clock:
        return self._clock


class _Reserved:
    """A guess counted in Redis."""

    is_closed = False
    fills_streak = False

    def __init__(self, limits: RedisLimits, wanted: Sequence[Guarded], *, counted: Mapping[str, Any]) -> None:
        self._limits = limits
        self._counted = [(one, *counted[one.key]) for one in wanted]

    def right(self) -> None:
        self._say(given_back=1)

    unchecked = right

    def wrong(self) -> None:
        now = milliseconds(self._limits.clock)
        self._say(pauses={one.key: closed_until(one, int(used), now) for one, _, used in self._counted})

    def _say(self, *, given_back: int = 0, pauses: Mapping[str, int] | None = None) -> None:
        pauses = pauses or {}
        rows = [(one.key, str(ends_at), given_back, pauses.get(one.key, 0)) for one, ends_at, _ in self._counted]
        self._counted = []
        if rows:
            self._limits.settle(rows)


class _Both:
    """A guess counted in both places. The lasting count is settled first: it matters more."""

    def __init__(self, lasting: Guess, here: Guess) -> None:
        self._both = (lasting, here)
        self.is_closed = lasting.is_closed
        self.fills_streak = lasting.fills_streak

    def right(self) -> None:
        for guess in self._both:
            guess.right()

    def wrong(self) -> None:
        for guess in self._both:
            guess.wrong()

    def unchecked(self) -> None:
        for guess in self._both:
            guess.unchecked()


def _lasts(one: Guarded | Bucket) -> bool:
    return isinstance(one, Streak) or (isinstance(one, Rate) and one.lasting)


def _measures(one: Guarded | Bucket) -> list[Any]:
    if isinstance(one, Bucket):
        return ["bucket", one.size, int(one.refill.total_seconds() * 1000)]
    return ["delay" if isinstance(one, Delay) else "rate", one.amount, one.seconds * 1000]
