"""A second factor that is set up inside a sign-in, whichever feature it is of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from watchword.core.errors import AuthError
from watchword.core.scope import Scope
from watchword.features.login.errors import LoginNotWaiting


def who_sets_up(scope: Scope, waiting: str) -> int:
    """Whose sign-in stops for a set-up; where nothing asks for a second factor, none does."""
    asks = scope.tools.policies.get("sets_up_first")
    if asks is None:
        raise LoginNotWaiting
    user_id: int = asks(scope, waiting)
    return user_id


@contextmanager
def undone_if_refused(scope: Scope) -> Iterator[None]:
    """Take back what is written inside when a refusal ends it: a sign-in or session that is over by then, perhaps
    because it was a thief's, must leave no factor behind.
    """
    try:
        yield
    except AuthError:
        scope.undo()
        raise
