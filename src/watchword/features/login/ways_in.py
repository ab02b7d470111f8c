"""Which ways to sign in a user has: nobody takes their own last one away."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login.errors import LastWayIn


def keep_a_way_in(scope: Scope, user_id: int, *, without: str) -> None:
    """Raise LastWayIn when *user_id* could not sign in any more *without* the way of that name."""
    person = accounts.get(scope, user_id)
    has_password = person is not None and person.password_hash is not None
    if not has_password and not any(way.has(scope, user_id) for way in scope.tools.ways_in if way.name != without):
        raise LastWayIn
