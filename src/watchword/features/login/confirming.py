"""Confirm it's you: a proof shown again, before a sensitive act."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login.config import LoginConfig
from watchword.features.login.events import IdentityConfirmed
from watchword.features.login.held import Held
from watchword.features.login.second_step import shows_two_factors, ways
from watchword.features.sessions import service as sessions
from watchword.features.sessions.visitor import SignedInUser


def is_fresh(scope: Scope, user: SignedInUser) -> bool:
    """Whether *user* proved who they are a short while ago, and with a second factor if they have one.

    Being remembered by the browser proves nothing.
    """
    is_recent = scope.now - user.proved_at < scope.config[LoginConfig].fresh_for
    return is_recent and (shows_two_factors(user.proofs) or not ways(Held(scope, user.id)))


def confirmed(scope: Scope, user: SignedInUser, proof: str) -> str:
    """Make the session fresh by *proof*, which the caller has checked; return its new secret."""
    accounts.lock(scope, user.id)
    secret = sessions.prove(scope, user, proof)
    scope.emit(IdentityConfirmed(user_id=user.id, proof=proof))
    return secret


def has_password(scope: Scope, user_id: int) -> bool:
    """Whether the password is enough to confirm: not where a sign-in would ask for more than it (MFA-14)."""
    person = accounts.get(scope, user_id)
    if person is None or person.password_hash is None:
        return False
    held = Held(scope, user_id)
    if ways(held):
        return False
    return not any(held.needs(step, frozenset({"pwd"})) for step in scope.login_steps)
