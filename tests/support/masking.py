"""Pages without what differs each time, so that they can be compared."""

from __future__ import annotations

import re


def without_tokens(page: str) -> str:
    """*page* without its CSRF tokens, which are masked anew for each answer."""
    return re.sub(r'(name="csrf_token" value|data-csrf)="[^"]+"', "", page)
