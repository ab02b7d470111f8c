"""Confirm it's you: a proof shown again, before a sensitive act."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login import second_step
from watchword.features.login.config import LoginConfig
from watchword.features.login.events import IdentityConfirmed
from watchword.features.sessions import service as sessions
from watchword.features.sessions.visitor import SignedInUser


def is_fresh(scope: Scope, user: SignedInUser) -> bool:
    """Whether *user* proved who they are a short while ago. Being remembered by the browser proves nothing."""
    return scope.now - user.proved_at < scope.config[LoginConfig].fresh_for


def confirmed(scope: Scope, user: SignedInUser, proof: str) -> str:
    """Make the session fresh by *proof*, which the caller has checked; return its new secret."""
    secret = sessions.prove(scope, user, proof)
    scope.emit(IdentityConfirmed(user_id=user.id, proof=proof))
    return secret


def has_password(scope: Scope, user_id: int) -> bool:
    """Whether the password is enough to confirm: not where a sign-in would ask for more than it (MFA-14)."""
    person = accounts.get(scope, user_id)
    if person is None or person.password_hash is None:
        return False
    shown = frozenset({"pwd"})
    return not second_step.ways(scope, user_id) and not any(
        step.needed(scope, user_id, shown) for step in scope.login_steps
    )
