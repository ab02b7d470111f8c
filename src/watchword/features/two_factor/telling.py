"""The owner of an operator's case is told before anything happens.

The delay begins when a mail server took the notice, not when an operator typed a command: a mail that nobody takes
holds the case up, until an operator says that the owner was told otherwise. At half of it the owner is reminded.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from watchword.core.doctor import Finding
from watchword.core.problems import OWNER_NOT_TOLD
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.two_factor.cases import AT_ONCE
from watchword.features.two_factor.config import TwoFactorConfig
from watchword.features.two_factor.errors import OwnerKnows
from watchword.features.two_factor.events import OwnerReminded, ResetAnnounced
from watchword.features.two_factor.models import ResetCase

PATIENCE = timedelta(hours=1)  # with a mail that doesn't leave, until doctor speaks of it


def mail_left(scope: Scope, user_id: int, opened_at: datetime) -> None:
    """The mail about the case of *opened_at* was taken: its owner has the whole delay from now on."""
    accounts.lock(scope, user_id)
    _begin(scope, user_id, by="mail", opened_at=opened_at)


def told_otherwise(scope: Scope, user_id: int) -> datetime:
    """An operator says that the owner knows, though no mail reached them; return when the factors go."""
    accounts.lock(scope, user_id)
    until = _begin(scope, user_id, by="operator")
    if until is None:
        raise OwnerKnows
    return until


def remind_due(scope: Scope) -> int:
    """Remind the owners for whom half of the delay is over; return how many. Call again until 0."""
    near = (ResetCase.due_at <= scope.now + _delay(scope) / 2, *_WAITS)
    due = scope.read.execute(select(ResetCase.user_id).where(*near).order_by(ResetCase.user_id))
    return scope.one_by_one(_remind, [row.user_id for row in due], at_most=AT_ONCE)


def owners_not_told(scope: Scope) -> list[Finding]:
    """Nothing happens in a case whose owner doesn't know of it, so an operator must hear of that."""
    held_up = (ResetCase.told_at.is_(None), ResetCase.opened_at < scope.now - PATIENCE)
    count = scope.read.scalar(select(func.count()).select_from(ResetCase).where(*held_up))
    if not count:
        return []
    return [
        Finding(
            code=OWNER_NOT_TOLD,
            level="warning",
            setting="WATCHWORD_MAIL_URL",
            what=f"Removals of a second factor that wait for a mail to their owner: {count}.",
            why="The delay begins when the mail has left; until then nothing goes.",
            fix="watchword outbox list; or tell the owner otherwise: watchword reset-second-factor NAME --owner-knows",
        )
    ]


def _begin(scope: Scope, user_id: int, *, by: str, opened_at: datetime | None = None) -> datetime | None:
    """Begin the delay of a case whose owner wasn't told; return when it ends, None when there is none."""
    mine = [ResetCase.user_id == user_id, ResetCase.told_at.is_(None)]
    mine += [ResetCase.opened_at == opened_at] if opened_at else []
    until = scope.now + _delay(scope)
    begun = update(ResetCase).where(*mine).values(told_at=scope.now, due_at=until).returning(ResetCase.user_id)
    if scope.db.scalar(begun) is None:
        return None
    scope.emit(ResetAnnounced(user_id=user_id, by=by, until=until))
    return until


def _remind(scope: Scope, user_id: int) -> None:
    """Late reminders put the end off: a worker that rested leaves the owner a quarter of the delay all the same."""
    accounts.lock(scope, user_id)
    row = scope.db.execute(
        select(ResetCase.reason, ResetCase.due_at).where(ResetCase.user_id == user_id, *_WAITS)
    ).first()
    if row is None:
        return
    until = max(row.due_at, scope.now + _delay(scope) / 4)
    reminded = {"reminded_at": scope.now, "due_at": until}
    scope.db.execute(update(ResetCase).where(ResetCase.user_id == user_id).values(reminded))
    scope.emit(OwnerReminded(user_id=user_id, reason=row.reason, until=until))


def _delay(scope: Scope) -> timedelta:
    return scope.config[TwoFactorConfig].reset_delay


_WAITS = (ResetCase.told_at.is_not(None), ResetCase.reminded_at.is_(None))
