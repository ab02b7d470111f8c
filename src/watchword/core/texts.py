"""Mark a text for translation without translating it: `core` and the services know no locale."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - the name every gettext tool looks for
    """Return *text* unchanged; the extractor collects it, `web` and the worker translate it."""
    return text
