"""Mail addresses: what may be one, and when two are the same.

The typed form is kept and mailed to; the key is compared. Both come from one address, exactly one (IDN-03, IDN-04).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from watchword.core.domains import DomainUnclear, ascii_domain
from watchword.features.accounts.errors import AddressNotValid
from watchword.features.accounts.unseen import has_unseen

LONGEST = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
LONGEST_LOCAL = 64  # RFC 5321 4.5.3.1.1
_ODD = frozenset('"`(),:;<>[]\\%!|{}$^#?\u3002\uff0e\uff61')  # the last three are dots of other alphabets


@dataclass(frozen=True, slots=True)
class Address:
    """*typed* is shown and mailed to; *key* is what is compared and unique."""

    typed: str
    key: str


def check_address(text: str) -> Address:
    """*text* as one mail address; raises AddressNotValid. Asks no name server."""
    typed = text.strip() if len(text) <= LONGEST + 64 else ""
    if not _looks_right(typed):
        raise AddressNotValid
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - a start needs none of its tables

    try:
        found = validate_email(typed, check_deliverability=False, test_environment=True)
        domain = ascii_domain(typed.rpartition("@")[2])
    except (EmailNotValidError, UnicodeError, DomainUnclear):
        raise AddressNotValid from None
    local = _folded(found.local_part)
    if not _looks_right(f"{local}@{domain}"):  # what normalising brought forth is checked again
        raise AddressNotValid
    return Address(typed, f"{local}@{domain}")


def address_key(text: str) -> str | None:
    """The key of what somebody typed at sign-in, or None when it can't be an address. Never raises."""
    try:
        return check_address(text).key
    except AddressNotValid:
        return None


def limit_key(text: str) -> str:
    """One key for all spellings that reach one inbox at the big providers: no dots, no `+tag`. Only for limits."""
    local, _, domain = (address_key(text) or text[:LONGEST].strip().casefold()).rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def masked(address: str) -> str:
    """`anna@example.com` as `a***@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _looks_right(text: str) -> bool:
    """One at-sign, nothing invisible, and none of the signs that mean something in a mail header or a mail route."""
    if not 3 <= len(text) <= LONGEST or text.count("@") != 1 or _ODD.intersection(text):
        return False
    if text.index("@") > LONGEST_LOCAL or has_unseen(text):
        return False
    return all(unicodedata.category(one)[0] not in {"C", "Z"} for one in text)


def _folded(local: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local).casefold())
    return unicodedata.normalize("NFKC", folded.casefold())
