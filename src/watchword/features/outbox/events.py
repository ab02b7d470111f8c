"""What happens to waiting work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class JobGivenUp(Event):
    """A row will not be tried again by itself. *error* names the kind of failure, nothing of the content."""

    name: ClassVar[str] = "outbox.job_given_up"

    job: str
    row: str
    tries: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDropped(Event):
    """An operator dropped a row: it will never be done."""

    name: ClassVar[str] = "outbox.job_dropped"

    row: str
