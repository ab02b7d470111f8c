"""The offer of a first passkey, and "not now": remembered, and asked again after a while only."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from watchword.core.scope import Scope
from watchword.features.passkeys.models import PasskeyOwner

AGAIN_AFTER, LATER = timedelta(days=30), timedelta(days=90)


def is_due(scope: Scope, user_id: int) -> bool:
    """Whether the offer may be made. Who has a passkey is offered none: the caller knows."""
    again_at = scope.read.scalar(select(PasskeyOwner.offer_again_at).where(PasskeyOwner.user_id == user_id))
    return again_at is None or again_at <= scope.now


def not_now(scope: Scope, user_id: int) -> None:
    """Make the offer again after 30 days, and after each further "not now" in 90."""
    mine = PasskeyOwner.user_id == user_id
    declined = update(PasskeyOwner).where(mine).values(declined=PasskeyOwner.declined + 1)
    times = scope.db.scalar(declined.returning(PasskeyOwner.declined))
    again_at = scope.now + (AGAIN_AFTER if times == 1 else LATER)
    scope.db.execute(update(PasskeyOwner).where(mine).values(offer_again_at=again_at))
