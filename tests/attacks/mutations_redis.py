"""The lines of the scripts in Redis: each broken in turn, and the same test as of the database must notice, on Redis."""

from __future__ import annotations

from tests.attacks.mutations import Mutation


def m(line: str, broken: str, select: str) -> Mutation:
    return Mutation("core/limits_redis.py", line, broken, "tests/core/test_limits.py", f"{select} and redis")


REDIS = (
    m("has_room = used < amount or", "has_room = used <= amount or", "exactly"),
    m("if #full > 0 then return {0, full} end", "if #full == #KEYS then return {0, full} end", "counted_by_none"),
    m("    table.insert(full, {i, opens_at, in_flight - pending})\n", "", "fill_the_window"),
    m(
        "used, in_flight, ends_at = true, 1, pending, now + span",
        "used, in_flight, ends_at = true, 1, pending, span",
        "exactly",
    ),
    m("  if tonumber(held[5] or 0) <= now then in_flight = 0 end\n", "", "killed_process"),
    m("(opens_at <= now and in_flight == 0)", "opens_at <= now", "one_at_a_time"),
    m("math.max(ends_at, now) + (has_room and span or 0)", "ends_at + (has_room and span or 0)", "no_fuller"),
    m("opens_at = kind == 'delay' and now or ends_at", "opens_at = ends_at", "a_delay_grows"),
    m("  if held[1] == ends_at and tonumber(held[2]) > 0 then\n", "  if true then\n", "late_answer"),
    m("    if given_back > 0 then redis", "    if given_back > 9 then redis", "given_back"),
    m("    if tonumber(held[3]) < closed_until then\n", "    if false then\n", "a_delay_grows"),
)
