"""Which secrets of an operator are easy to guess."""

from __future__ import annotations

import re

SHORTEST = 32
_FEWEST_CHARACTERS = 8
_FAMOUS = re.compile(
    r"dev|super.?secret|your.?(secret|key)|not.?(so.?)?secret|secret|change.?me|password|example|insecure|test|"
    r"default|foobar|replace|12345\d*|qwerty|abc",
    re.IGNORECASE,
)


def weakness_of(key: str) -> str:
    """Why *key* is easy to guess; empty if it isn't. In a random key, famous words never fill half of it."""
    if len(_FAMOUS.sub("", key)) <= len(key) // 2:
        return "is made of words that everyone tries first"
    if len(key) < SHORTEST:
        return f"is shorter than {SHORTEST} characters"
    if len(set(key)) < _FEWEST_CHARACTERS:
        return "is made of too few different characters"
    return ""
