"""Our icons: one stroke weight, drawn on 24 × 24, in the colour of the text around them (`static/icons/*.svg`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "static" / "icons"
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # a file of its own needs it, a page doesn't


def icon(name: str) -> Markup:
    """The icon as inline SVG, hidden from screen readers: the words beside it say the same.

    An unknown name draws nothing.
    """
    return _drawn().get(name, Markup(""))


@cache
def _drawn() -> dict[str, Markup]:
    files = sorted(FOLDER.glob("*.svg"))
    return {
        file.stem: Markup(file.read_text(encoding="utf-8").strip().replace(_NAMESPACE, ""))  # noqa: S704 - our own file
        for file in files
    }
