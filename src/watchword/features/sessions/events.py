"""What happens to sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """One session ended: `reason` is signed_out, ended_by_owner or signed_in_again."""

    name: ClassVar[str] = "sessions.ended"
    title: ClassVar[str] = N_("Signed out")

    session: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(Event):
    """Several sessions of one user ended at once."""

    name: ClassVar[str] = "sessions.ended_many"
    title: ClassVar[str] = N_("Other devices signed out")

    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldSecretShown(Event):
    """A session secret that had been renewed away came back: somebody holds a copy."""

    name: ClassVar[str] = "sessions.old_secret_shown"
    title: ClassVar[str] = N_("Copied session stopped")

    session: str
