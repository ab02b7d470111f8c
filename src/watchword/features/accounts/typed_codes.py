"""Codes that are typed from a mail: how often they may be guessed at, whatever browsers and mails the guesses use."""

from __future__ import annotations

from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.features.accounts.addresses import limit_key

PER_ADDRESS = "20/day"


def has_room_for_code(scope: Scope, email: str, kind: str) -> bool:
    """Count one try of a code of *kind* that was mailed to *email*, and say whether there was room for it.

    Over it the typed code is closed for that address; the link in the mail lives.
    """
    who = scope.keys.keyed("typed code", limit_key(email))[:40]
    return scope.limits.has_room(Rate.of(f"code:{who}:{kind}", PER_ADDRESS, lasting=True))
