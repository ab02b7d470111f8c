"""How long to measure, and on what."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.databases import Databases

SMALL, LARGE = 10_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """*quick*: fewer rounds and a smaller large database; says whether it works, not how well."""

    databases: Databases
    quick: bool

    @property
    def sizes(self) -> tuple[int, int]:
        return SMALL, 50_000 if self.quick else LARGE

    def times(self, usual: int) -> int:
        """How many rounds or repetitions stand for the *usual* number."""
        return max(usual // 10, 3) if self.quick else usual
