"""Which page comes next in a sign-in: the second factor, what a feature or the host asks for, and last what is due."""

from __future__ import annotations

from collections.abc import Collection

from watchword.core.scope import Scope
from watchword.features.accounts.service import Person
from watchword.features.login import second_step, trust
from watchword.features.login.held import Held


def next_page(scope: Scope, person: Person, proofs: frozenset[str], *, due: Collection[str]) -> str | None:
    """The endpoint of the next page, or None when nothing is left to ask.

    Trust in a browser is not enough for what is due at the end: who changes a password there shows two factors.
    """
    held = Held(scope, person.id)
    factor = second_step.missing(held, proofs)
    if factor is not None and (due or not trust.stands_in(scope, person, proofs)):
        return factor.endpoint
    asked = [step.endpoint for step in scope.login_steps if held.needs(step, proofs)]
    asked += [step.endpoint for step in scope.tools.last_steps if step.name in due]
    return next(iter(asked), None)


def noticed(scope: Scope, person: Person, password: str) -> frozenset[str]:
    """The last steps that are due by what the right *password* is like."""
    about = (person.username, person.email)
    return frozenset(
        step.name for step in scope.tools.last_steps if step.noticed(scope, person.id, password, about=about)
    )
