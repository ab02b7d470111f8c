"""What features show on pages that they share."""

from __future__ import annotations

from typing import Any

from watchword.core.feature import Panel
from watchword.web.current import scope
from watchword.web.setup import setup


def panels_of(page: str, user_id: int) -> list[dict[str, Any]]:
    """The parts of the shared *page* for this user, in their order: each with its template and its values."""
    found = sorted((panel for each in setup().features for panel in each.panels if panel.page == page), key=_rank)
    return [{"template": panel.template, "values": panel.values(scope(), user_id)} for panel in found]


def _rank(panel: Panel) -> int:
    return panel.rank
