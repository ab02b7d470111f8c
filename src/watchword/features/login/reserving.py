"""Guesses are counted before they are checked; which limit refused one is written down."""

from __future__ import annotations

from watchword.core.errors import TooManyTries
from watchword.core.limits import Guarded, Guess
from watchword.core.scope import Scope
from watchword.features.login.events import SignInRefused


def reserve(scope: Scope, *wanted: Guarded, user_id: int | None = None) -> Guess:
    """A guess at *user_id*, counted under all of *wanted*. A TooManyTries is written down: its rule, and how often."""
    try:
        return scope.limits.reserve(*wanted)
    except TooManyTries as refused:
        if refused.is_told:
            told = {"wait": refused.retry_after or 0, "times": refused.number}
            scope.emit(SignInRefused(user_id=user_id, why=refused.rule, **told))
        raise
