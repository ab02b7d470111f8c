"""Random secrets, and the fingerprints under which we keep them."""

from __future__ import annotations

import hashlib
import re
import secrets

_HANDLE = re.compile(r"[0-9a-f]{32}\Z")


def new_token() -> str:
    """256 random bits, safe in URLs and cookies (43 characters)."""
    return secrets.token_urlsafe(32)


def new_handle() -> str:
    """A public name for a row, 128 random bits: says nothing about order or number (ASVS 8.2.2)."""
    return secrets.token_hex(16)


def is_handle(text: str) -> bool:
    """Whether *text* could be one. Asked before a database is: PostgreSQL refuses a NUL with an error."""
    return _HANDLE.match(text) is not None


def new_code() -> str:
    """Eight random digits, to be typed by a person."""
    return f"{secrets.randbelow(10**8):08d}"


def fingerprint(*parts: str) -> str:
    """SHA-256 in hex. At least one part must hold 256 random bits: then a stolen table opens nothing."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
