"""What a password must be when it is set (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2). No composition rules, no expiry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from watchword.features.accounts import breached_passwords, known_passwords
from watchword.features.accounts.at_need import strength
from watchword.features.accounts.errors import (
    PasswordKnown,
    PasswordLikeYou,
    PasswordNotReadable,
    PasswordTooLong,
    PasswordTooShort,
    PasswordTooSimple,
    PasswordWeak,
)

LONGEST, LONGEST_BYTES = 256, 4096
_FEWEST = 5  # different characters
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1234567890qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
)
_PAIRS_OF_ROWS = [{one + other for way in (row, row[::-1]) for one, other in pairwise(way)} for row in _ROWS]
_WORD, _SIGN = re.compile(r"[^\W_]+"), re.compile(r"[\W_]")
_LEFT = 8  # what must remain of a password when its owner's own words are taken out


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is asked of one password: *minimum* characters, not made of what it is *about*, on no list."""

    minimum: int
    about: Sequence[str]
    breach_list: bool = False
    """Whether the long list of leaked ones is asked too."""


def prepare(text: str) -> str:
    """The form that is hashed: NFC, the same on every device. Length first, before anything looks closer."""
    if len(text) > LONGEST:
        raise PasswordTooLong(values={"maximum": LONGEST})
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise PasswordNotReadable from None
    if size > LONGEST_BYTES:
        raise PasswordTooLong(values={"maximum": LONGEST})
    return unicodedata.normalize("NFC", text)


def check_new_password(text: str, rules: Rules) -> str:
    """*text* ready to be hashed, or a refusal that says why."""
    password = refuse_known_bad(text, rules)
    found = strength.strength_of(password, rules.about)
    if found.score < strength.ENOUGH:
        raise PasswordWeak(found.advice, found.score)
    return password


def refuse_known_bad(text: str, rules: Rules) -> str:
    """All rules but the estimate of strength: asked again at each sign-in, where that would take longer than all else.

    An estimate that changed is no reason to take a password from somebody who was let choose it.
    """
    password = prepare(text)
    if len(password) < rules.minimum:
        raise PasswordTooShort(values={"minimum": rules.minimum})
    folded = password.casefold()
    if _is_simple(folded):
        raise PasswordTooSimple
    if _is_like(folded, rules.about):
        raise PasswordLikeYou
    if known_passwords.is_known(folded) or (rules.breach_list and breached_passwords.is_breached(password)):
        raise PasswordKnown
    return password


def _is_simple(folded: str) -> bool:
    """Few different characters, a short piece over and over, or a walk along the keys."""
    if len(set(folded)) < _FEWEST:
        return True
    if any(folded == (folded[:size] * len(folded))[: len(folded)] for size in range(1, 5)):
        return True
    plain = _SIGN.sub("", folded)
    return len(plain) >= len(folded) // 2 and _runs_along_a_row(plain)


def _runs_along_a_row(plain: str) -> bool:
    """Whether nearly all of *plain* is made of pieces of one row, forwards or backwards."""
    pairs = list(map("".join, pairwise(plain)))
    wanted = len(pairs) * 0.8
    return bool(plain) and any(sum(map(row.__contains__, pairs)) >= wanted for row in _PAIRS_OF_ROWS)


def _is_like(folded: str, about: Sequence[str]) -> bool:
    """Whether too little is left when the owner's name, address and the site's name are taken out, also backwards."""
    words = {word for text in about for word in _words(text)}
    rest = folded
    for word in sorted(words | {word[::-1] for word in words}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and sum(map(str.isalpha, rest)) < _LEFT


def _words(text: str) -> set[str]:
    """The name, the address, its local part, and their words of four letters and more."""
    whole = unicodedata.normalize("NFC", text).casefold().strip()
    parts = {whole, whole.partition("@")[0], *_WORD.findall(whole)}
    return {part for part in parts if len(part) >= 4}
