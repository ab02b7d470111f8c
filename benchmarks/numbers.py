"""What a measurement gives: a number, beside what it must reach and what we aim at."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Bound:
    """`Bound(high=3.2)` is "≤ 3.2", `Bound(low=0.4)` is "≥ 0.4", both are "0.95 to 1.05"."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Judged as it is printed: with two digits."""
        shown = round(value, 2)
        return (self.low is None or shown >= self.low) and (self.high is None or shown <= self.high)

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        return f"≥ {self.low:g}" if self.low is not None else f"≤ {self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """*told* are the absolute values behind *measured*. Without *must* it is for information."""

    what: str
    measured: float
    must: Bound | None = None
    aim: Bound | None = None
    unit: str = ""
    told: str = ""

    @property
    def verdict(self) -> str:
        if self.must is None:
            return ""
        if not self.must.holds(self.measured):
            return "MISSED"
        return "aim" if self.aim is None or self.aim.holds(self.measured) else "must"

    def __str__(self) -> str:
        wanted = "" if self.must is None else f"must {self.must}" + (f", aim {self.aim}" if self.aim else "")
        shown = f"{self.measured:.2f}{self.unit}"
        return f"{self.what:<68} {shown:>9}   {wanted:<28} {self.verdict:<7} {self.told}".rstrip()


def middle(ratios: list[float]) -> float:
    """One slow moment of the machine spoils one round, not the number."""
    return median(ratios)
