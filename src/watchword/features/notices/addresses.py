"""Whose inbox a notice went to, by the history of the account as it is told today.

A change of address that its owner took back never was: what was mailed to that address meanwhile opens nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from watchword.core.scope import Scope
from watchword.features.accounts.service import Person

BEFORE = timedelta(minutes=1)
"""A change takes its time: what it added is older than the notice of it, by less than this."""


def address_at(scope: Scope, person: Person, moment: datetime) -> str:
    """The address that *person* rightfully had at *moment*."""
    tell = scope.tools.policies.get("address_at")
    return str((tell(scope, person.id, moment) if tell is not None else None) or person.email)


def rightful(scope: Scope, person: Person, email: str, *, when: datetime) -> str:
    """*email*, if it was theirs around *when*; else the one that was. Where no history is kept, none is denied.

    Around it, for a notice of the change itself goes to the address before, which may have been in place for a moment.
    """
    if "address_at" not in scope.tools.policies:
        return email
    before, after = when - BEFORE, when + BEFORE
    theirs = {address_at(scope, person, before), address_at(scope, person, after)}
    between = scope.tools.policies.get("addresses_between")
    if between is not None:
        theirs |= between(scope, person.id, since=before, until=after)
    return email if email in theirs else address_at(scope, person, before)
