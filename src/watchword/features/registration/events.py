"""What happens on the way to an account. No event says whether the address was known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(Event):
    """A waiting registration was made."""

    name: ClassVar[str] = "registration.asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Event):
    """A waiting registration became a user; `by` is link or code."""

    name: ClassVar[str] = "registration.confirmed"

    by: str
