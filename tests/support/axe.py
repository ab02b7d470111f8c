"""Deque's axe in the page: what keeps people with disabilities out, as readable lines."""

from __future__ import annotations

from typing import Any

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")  # without wcag22aa no `target-size`


def violations(page: Any) -> list[str]:
    """One line for each element that breaks a rule: which, how grave, what to do, where. The page needs scripts on."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(TAGS)}}).response
    if not found["passes"]:
        raise AssertionError("axe looked at nothing: is there a page?")
    return [_line(rule, element) for rule in found["violations"] for element in rule["nodes"]]


def _line(rule: dict[str, Any], element: dict[str, Any]) -> str:
    why = "; ".join(element["failureSummary"].splitlines()[1:]).strip()
    return f"{rule['id']} ({rule['impact']}): {why or rule['help']} at {element['target'][0]}: {element['html'][:200]}"
