"""What was begun or remembered before a reset must not outlive it."""

from __future__ import annotations

from sqlalchemy import delete

from watchword.core.scope import Scope
from watchword.features.login import devices
from watchword.features.login.models import WaitingLogin


def forget_browsers(scope: Scope, user_id: int) -> None:
    """No browser is known to *user_id* any more, and no sign-in waits for its next step (SES-07)."""
    devices.forget_all(scope, user_id)
    scope.db.execute(delete(WaitingLogin).where(WaitingLogin.user_id == user_id))
