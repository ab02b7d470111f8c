"""Something that happened, with a stable name: heard by the audit log and by whoever listens."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of all events. Names read `feature.past_tense` and never change. No event carries a secret."""

    name: ClassVar[str] = "event"
    title: ClassVar[str] = ""
    """What its owner reads in the list of recent activity, marked with N_; "" keeps it out of the list."""

    user_id: int | None = None

    def facts(self) -> dict[str, object]:
        """What the event tells besides whom it concerns, as plain values."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "user_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsChanged(Event):
    """What a user can show as a second step is another from now on. Derive yours from it when your feature brings one:
    then no browser of theirs is trusted any more (MFA-18). Lock the user before the first change.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached(Event):
    """A limit other than those of the sign-in refused somebody: *why* is its rule, open again in *wait* seconds.

    *times* is how often it refused within the hour; ten are written down, then the hundredth, the thousandth …
    """

    name: ClassVar[str] = "audit.limit_reached"

    why: str
    wait: int
    times: int
