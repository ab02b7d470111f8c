"""Challenges: signed, held by the browser that asked, and used once, also when the answer was wrong.

No row is written for a visitor who only asks; what is answered leaves its fingerprint (WAN-01, WAN-02).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete

from watchword.core.db import insert_into
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.passkeys.ceremony import Answer, Answered
from watchword.features.passkeys.errors import ChallengeNotValid
from watchword.features.passkeys.models import UsedChallenge

Purpose = Literal["register", "set_up", "login", "step", "confirm"]
LIFETIME = timedelta(minutes=5)
_SIGNED = "passkey challenge"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a browser answered, as its `toJSON()` gives it, and the ticket it held."""

    ticket: str
    answer: Answer


def issue(scope: Scope, purpose: Purpose, holder: str = "") -> tuple[bytes, str]:
    """A new challenge, and the ticket to keep in the browser: good for *purpose* and *holder* alone."""
    challenge = secrets.token_bytes(32)
    ticket = {"challenge": challenge.hex(), "purpose": purpose, "holder": holder}
    return challenge, scope.keys.sign(ticket, _SIGNED)


def check(scope: Scope, reply: Reply, purpose: Purpose, *, holder: str = "") -> None:
    """Raise ChallengeNotValid for a ticket that can't be used here. Asks no table, so it comes before what counts."""
    _open(scope, reply.ticket, purpose, holder=holder)


def use_up(scope: Scope, reply: Reply, purpose: Purpose, *, holder: str = "") -> Answered:
    """The challenge of *reply*, dead from now on whatever the answer is worth. Of six at once one gets it.

    Each leaves a row for a while: where nobody is signed in, a limit was taken before.
    """
    challenge = _open(scope, reply.ticket, purpose, holder=holder)
    values = {"id": fingerprint(challenge), "expires_at": scope.now + LIFETIME}
    used = insert_into(scope.db, UsedChallenge).values(values)
    is_first = scope.db.scalar(used.on_conflict_do_nothing().returning(UsedChallenge.id)) is not None
    scope.settle()
    if not is_first:
        raise ChallengeNotValid
    return Answered(bytes.fromhex(challenge), reply.answer)


def purge(scope: Scope) -> int:
    """Forget used challenges that are too old to be shown again; return how many."""
    old = delete(UsedChallenge).where(UsedChallenge.expires_at < scope.now).returning(UsedChallenge.id)
    return len(scope.db.scalars(old).all())


def _open(scope: Scope, ticket: str, purpose: Purpose, *, holder: str) -> str:
    match scope.keys.unsign(ticket, _SIGNED, int(LIFETIME.total_seconds())):
        case {"challenge": str(challenge), "purpose": str(made_for), "holder": str(held_by)} if (
            made_for == purpose and held_by == holder
        ):
            return challenge
    raise ChallengeNotValid
