"""When a password opened a session last, as far as the audit log is read back."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchword.core.scope import Scope
from watchword.features.audit import service as audit
from watchword.features.login.events import SignedInEvent

LOOK_BACK = timedelta(days=90)


def password_used_at(scope: Scope, user_id: int) -> datetime | None:
    """The last sign-in of *user_id* that began with the password; None when there was none lately."""
    found = audit.search(scope, SignedInEvent.name, since=scope.now - LOOK_BACK, user_id=user_id)
    return next((one.at for one in found if "pwd" in str(one.facts["proofs"]).split()), None)
