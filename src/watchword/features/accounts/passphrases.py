"""Passphrases for people who would rather be given one: random words, easy to type and impossible to guess."""

from __future__ import annotations

import secrets
from functools import cache
from importlib.resources import files

FEWEST_WORDS = 6
"""Of 7,776: 77.5 bits, which no guesser gets through, not even with the table of hashes in hand."""


def suggest(minimum: int) -> str:
    """A new passphrase of six words, or of more where *minimum* characters ask for it. Nobody keeps it."""
    phrase = " ".join(_word() for _ in range(FEWEST_WORDS))
    while len(phrase) < minimum:
        phrase += f" {_word()}"
    return phrase


def _word() -> str:
    return secrets.choice(_words())


@cache
def _words() -> tuple[str, ...]:
    return tuple(files("watchword.features.accounts").joinpath("data/words.txt").read_text("ascii").split())
