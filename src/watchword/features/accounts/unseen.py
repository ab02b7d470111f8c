"""Signs that aren't seen where they stand: with one of them, two names look like one (IDN-02)."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, groupby

# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt; the same since 4.1, but for a few), the reserved
# ones too: what comes to stand there won't be seen either. Then letters that are drawn as a blank.
_IGNORABLE = (
    "AD 34F 61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0 FFF0-FFF8 "
    "1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
_BLANK = "16FE4 13441-13442"
_STRETCH = "640 7FA"  # a line that makes a word longer: IDNA 2008 takes none either
# Soft_Dotted (Unicode 16, PropList.txt) without what NFKC makes another letter of, and the two that have no dot at all.
_TAKES_THE_DOT = "69-6A 12F 131 237 249 268 29D 3F3 456 458 1D96 1E2D 1ECB 2C7C 1DF1A 1E04C-1E04D 1E068"
# What writers of Latin, Greek and Cyrillic put on a letter that has no sign of its own with it, as in Yoruba,
# Lithuanian, Guarani or Taiwanese. Not among them: bars across a letter, lines over and under it, marks of others.
_ACCENTS = "300-304 306-30D 30F 311 31B 323-328 32D 330-331 358"
_DOT_ABOVE = "\u0307"
_MOST_MARKS = 4  # in a row: UTS 39, 5.4


def _any_of(ranges: str) -> re.Pattern[str]:
    """One sign of *ranges*. As a set, those that are reserved alone would take half a MiB of each process."""
    ends = (part.partition("-") for part in ranges.split())
    signs = "".join(rf"\U{first:0>8}-\U{last or first:0>8}" for first, _, last in ends)
    return re.compile(f"[{signs}]")


_UNSEEN = _any_of(f"{_IGNORABLE} {_BLANK} {_STRETCH}")
_DOTTED = _any_of(_TAKES_THE_DOT)
_USUAL = _any_of(_ACCENTS)


def has_unseen(text: str) -> bool:
    """Whether anything in *text* is drawn as nothing, or as a blank."""
    return _UNSEEN.search(text) is not None


def has_hidden_marks(text: str) -> bool:
    """Whether a mark in *text* may hide on what it stands on: UTS 39, 5.4, and stricter on Latin, Greek and Cyrillic.

    Alphabets that are written with marks, such as Arabic, Devanagari and Thai, keep all of theirs.
    """
    base, marks = "", ""
    for one in chain(unicodedata.normalize("NFKC", text), " "):
        if unicodedata.category(one)[0] == "M":
            marks += one
            continue
        if marks and _are_hidden(base, marks):
            return True
        base, marks = one, ""
    return False


def _are_hidden(base: str, marks: str) -> bool:
    lying = [one for one in unicodedata.normalize("NFD", base + marks) if unicodedata.category(one) == "Mn"]
    if len(lying) > _MOST_MARKS or any(len(list(same)) > 1 for _, same in groupby(lying)):
        return True
    if _DOTTED.fullmatch(base) and _DOT_ABOVE in marks:
        return True
    script = unicodedata.name(base, "?").partition(" ")[0]
    return script in {"LATIN", "GREEK", "CYRILLIC", "DIGIT"} and not all(map(_USUAL.match, marks))
