"""User names: what may be one, and when two are the same.

A name is public and stands in mails, so it holds nothing invisible, no look-alike letters, no address (IDN-02, IDN-09).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from watchword.features.accounts.errors import UserNameNotAllowed, UserNameReserved
from watchword.features.accounts.unseen import has_hidden_marks, has_unseen

SHORTEST, LONGEST = 2, 32
_LONGEST_RAW = 64
_INSIDE = frozenset("-_.")
_RESERVED = frozenset(
    [
        "abuse",
        "account",
        "accounts",
        "admin",
        "administrator",
        "api",
        "billing",
        "contact",
        "daemon",
        "dev",
        "everyone",
        "guest",
        "help",
        "helpdesk",
        "hostmaster",
        "info",
        "login",
        "logout",
        "mail",
        "mailerdaemon",
        "me",
        "moderator",
        "myself",
        "news",
        "nobody",
        "noreply",
        "null",
        "official",
        "operator",
        "owner",
        "postmaster",
        "privacy",
        "register",
        "root",
        "sales",
        "secure",
        "security",
        "self",
        "service",
        "settings",
        "signin",
        "signout",
        "signup",
        "staff",
        "status",
        "superuser",
        "support",
        "sysadmin",
        "system",
        "team",
        "test",
        "undefined",
        "user",
        "users",
        "watchword",
        "webmaster",
        "www",
        "you",
    ]
)
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)
# Letters of other alphabets that look like Latin ones: a name made of these alone reads as another name (UTS 39).
_LOOKS_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵвкмнтгпАВЕКМНОРСТУХІЈЅαβγεικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոհ".casefold())
_DOTLESS = str.maketrans("\u0131\u0237", "ij")
_OWN_DOT = re.compile("([ij])\u0307+")  # what folding makes of the capital one of Turkish, `İ`
_ENDINGS = frozenset({"com", "net", "org", "io", "co", "info", "biz", "app", "dev", "xyz", "ru", "cn", "de", "uk"})


@dataclass(frozen=True, slots=True)
class UserName:
    """*typed* is shown; *key* is what is compared and unique."""

    typed: str
    key: str


def check_user_name(text: str) -> UserName:
    """*text* as a user name; raises UserNameNotAllowed or UserNameReserved."""
    if len(text) > _LONGEST_RAW:
        raise UserNameNotAllowed
    typed = unicodedata.normalize("NFC", text.strip())
    key = _key(typed)
    if not (SHORTEST <= len(typed) <= LONGEST and SHORTEST <= len(key) <= LONGEST):
        raise UserNameNotAllowed
    if not (_is_well_formed(typed) and _is_well_formed(key) and _is_one_script(key)) or has_hidden_marks(typed):
        raise UserNameNotAllowed
    _refuse_reserved(key)
    if _has_strange_digits(key):  # only now: of `admin١` it is said that it is reserved
        raise UserNameNotAllowed
    return UserName(typed, key)


def user_name_key(text: str) -> str | None:
    """The key of what somebody typed at sign-in, or None when it can't be a name. Never raises."""
    if len(text) > _LONGEST_RAW or not text.strip():
        return None
    key = _key(text.strip())
    return key if _is_well_formed(key) else None


def _key(text: str) -> str:
    """NFKC and case folding, twice: folding may bring back what normalising takes away (UAX 15)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _without_dots(unicodedata.normalize("NFKC", folded.casefold()))


def _without_dots(key: str) -> str:
    """With or without its dot an i, or a j, is the same one: few see it, and capitals of half the world have none."""
    return unicodedata.normalize("NFKC", _OWN_DOT.sub(r"\1", key.translate(_DOTLESS)))


def _is_well_formed(text: str) -> bool:
    """Letters, marks and digits; `-`, `_`, `.` only singly between them. Nothing invisible, no blank, no "@"."""
    if not text or text[0] in _INSIDE or text[-1] in _INSIDE or unicodedata.category(text[0])[0] == "M":
        return False
    if has_unseen(text) or any(first in _INSIDE and second in _INSIDE for first, second in pairwise(text)):
        return False
    return all(one in _INSIDE or _is_letter(one) for one in text)


def _is_letter(one: str) -> bool:
    return unicodedata.category(one) in {"Ll", "Lu", "Lt", "Lo", "Lm", "Mn", "Mc", "Nd"}


def _is_one_script(key: str) -> bool:
    """One alphabet, or those that are written together; and not one that only looks like Latin."""
    letters = [one for one in key if unicodedata.category(one)[0] == "L"]
    scripts = {_script(one) for one in letters}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        return False
    return not letters or scripts == {"LATIN"} or not all(one in _LOOKS_LATIN for one in letters)


def _script(letter: str) -> str:
    """The first word of the letter's Unicode name, which is its script for all letters in use."""
    return unicodedata.name(letter, "?").split()[0]


def _has_strange_digits(key: str) -> bool:
    """Latin letters with digits of another alphabet: `١` reads as an l, `٥` as an o."""
    strange = any(one.isdecimal() and not one.isascii() for one in key)
    return strange and any(unicodedata.category(one)[0] == "L" and _script(one) == "LATIN" for one in key)


def _refuse_reserved(key: str) -> None:
    plain = "".join(one for one in key if one not in _INSIDE)
    wordy = "".join(one for one in plain if not one.isdecimal())  # the digits of any alphabet
    if plain in _RESERVED or wordy in {"admin", "administrator", "root", "support"}:
        raise UserNameReserved
    if key.startswith("www.") or key.rpartition(".")[2] in _ENDINGS:  # a mail program would make it a link
        raise UserNameNotAllowed
