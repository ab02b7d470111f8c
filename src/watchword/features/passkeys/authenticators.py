"""What makes a passkey, by its AAGUID: a name to start with. The list is small and ours to carry; it proves nothing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

UNKNOWN = "Passkey"
_FILE = Path(__file__).parent / "data" / "authenticators.json"


def name_of(aaguid: str) -> str:
    """The name of the password manager or key that made it; "Passkey" when we don't know or it doesn't say."""
    return _names().get(aaguid.lower(), UNKNOWN)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
