"""The passwords that attackers try first, as 245 kB of cut hashes: no list of passwords lies on the server.

Five bytes of SHA-256 each, sorted. A password that is not on the list is taken for a listed one once in 20 million.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_left
from functools import cache
from importlib.resources import files

WIDTH = 5
LONGEST_WORD = 20
"""Of those on the list: nothing longer needs to be looked up."""
_SHORTEST_WORD = 3
_ENDS = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_BETWEEN = re.compile(r"[\W_]+")


def is_known(folded: str) -> bool:
    """Whether *folded* (case-folded) is on the list, or one or two words of it, repeated or with digits at the ends."""
    whole = _BETWEEN.sub("", folded)
    inner = stem(folded)
    squashed = _BETWEEN.sub("", inner)
    if any(_is_listed(form) for form in {folded, whole, inner, squashed} if len(form) >= _SHORTEST_WORD):
        return True
    return _is_two_words(squashed) or _is_repeated(squashed) or _is_repeated(whole)


def stem(folded: str) -> str:
    """*folded* without the digits and signs at its ends, which people add to what they always use."""
    return _ENDS.sub("", folded)


def cut_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:WIDTH]


def _is_two_words(text: str) -> bool:
    least, most = max(_SHORTEST_WORD, len(text) - LONGEST_WORD), min(LONGEST_WORD, len(text) - _SHORTEST_WORD)
    splits = range(least, most + 1)
    return any(_is_listed(text[:at]) and _is_listed(text[at:]) for at in splits)


def _is_repeated(text: str) -> bool:
    """A listed word over and over, with or without digits, the last time perhaps cut short."""
    sizes = range(_SHORTEST_WORD, len(text) // 2 + 1)
    units = (text[:size] for size in sizes if text == (text[:size] * len(text))[: len(text)])
    return any(_is_listed(unit) or _is_listed(stem(unit)) for unit in units)


def _is_listed(text: str) -> bool:
    if len(text) > LONGEST_WORD:
        return False
    hashes, wanted = _hashes(), int.from_bytes(cut_hash(text))
    place = bisect_left(hashes, wanted)
    return place < len(hashes) and hashes[place] == wanted


@cache
def _hashes() -> array[int]:
    """As plain numbers, sorted as in the file: a set of 49,000 texts would cost 5 MB in every process."""
    cut = files("watchword.features.accounts").joinpath("data/known_passwords.bin").read_bytes()
    return array("Q", (int.from_bytes(cut[at : at + WIDTH]) for at in range(0, len(cut), WIDTH)))
