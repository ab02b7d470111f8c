"""What `flask watchword doctor` finds: the same problems that stop a start, with how bad each is here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from watchword.core.problems import Problem

Level = Literal["note", "warning", "error"]
_ORDER: tuple[Level, ...] = ("note", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Problem):
    """A problem and its level: an error stops the start, a warning is told, a note is only for the doctor."""

    level: Level = "error"


def worst(findings: Iterable[Finding]) -> Level | None:
    """The highest level among *findings*; None when there is nothing to tell."""
    return max((each.level for each in findings), key=_ORDER.index, default=None)


def exit_status(findings: Iterable[Finding]) -> int:
    """1 when anything is an error, else 0."""
    return 1 if worst(findings) == "error" else 0


def as_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Plain values for `--json`, worst first, otherwise in the order found."""
    ranked = sorted(findings, key=lambda each: -_ORDER.index(each.level))
    return [{**asdict(each), "also": list(each.also), "docs": each.docs} for each in ranked]
