"""An operator's case: all second factors of somebody who lost them are taken away, unless they object in time.

Who talks an operator into it has to wait, while the owner is told by mail and on the security page. Every sign-in asks
for the factor meanwhile, and one that shows it ends the case: then nothing is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from watchword.core.db import insert_into
from watchword.core.scope import Scope
from watchword.core.texts import N_
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.events import IdentityConfirmed, SignedInEvent
from watchword.features.sessions import service as sessions
from watchword.features.two_factor.config import TwoFactorConfig
from watchword.features.two_factor.errors import CaseNotOpen, CaseOpenAlready, NothingToReset
from watchword.features.two_factor.events import ResetAsked, ResetDone, ResetStopped
from watchword.features.two_factor.models import ResetCase

log = logging.getLogger("watchword.two_factor")

LONGEST_REASON = 200
AT_ONCE = 20
BY_SIGN_IN = "sign_in"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """What waits: whose second factors go, why, and when: not before *due_at*, while the owner isn't told."""

    user_id: int
    reason: str
    opened_at: datetime
    due_at: datetime
    told_at: datetime | None


def open_case(scope: Scope, user_id: int, *, reason: str) -> datetime:
    """Tell the owner, and wait from then on; return when the factors go, at the earliest. A second case would hide
    behind the first.
    """
    accounts.lock(scope, user_id)
    if not login.second_factors_of(scope, user_id):
        raise NothingToReset
    due_at = scope.now + scope.config[TwoFactorConfig].reset_delay
    values = {"user_id": user_id, "reason": reason, "opened_at": scope.now, "due_at": due_at}
    made = insert_into(scope.db, ResetCase).values(values).on_conflict_do_nothing()
    if scope.db.scalar(made.returning(ResetCase.user_id)) is None:
        raise CaseOpenAlready
    scope.emit(ResetAsked(user_id=user_id, reason=reason, until=due_at))
    return due_at


def case_of(scope: Scope, user_id: int) -> Case | None:
    row = scope.read.execute(_CASE.where(ResetCase.user_id == user_id)).mappings().first()
    return _shown(scope, row) if row else None


def all_open(scope: Scope) -> list[Case]:
    """All that wait, the next one first."""
    rows = scope.read.execute(_CASE.order_by(ResetCase.due_at)).mappings()
    return [_shown(scope, row) for row in rows]


def stop(scope: Scope, user_id: int, *, by: str) -> None:
    """End the case: the factors stay. Of this and the deed at the same time one finds it gone."""
    accounts.lock(scope, user_id)
    if not _stopped(scope, user_id, by):
        raise CaseNotOpen


def stop_any(scope: Scope, user_id: int, *, by: str) -> None:
    """The same for who doesn't know whether one is open."""
    _stopped(scope, user_id, by)


def hear_sign_in(scope: Scope, event: SignedInEvent) -> None:
    """Who shows the factor didn't lose it."""
    if event.user_id is not None and login.shows_two_factors(event.proofs.split()):
        stop_any(scope, event.user_id, by=BY_SIGN_IN)


def hear_confirmed(scope: Scope, event: IdentityConfirmed) -> None:
    """Nor did who shows it, or a new one, in a session."""
    if event.user_id is not None and login.shows_two_factors({"pwd", event.proof}):
        stop_any(scope, event.user_id, by=BY_SIGN_IN)


def take_back(scope: Scope, user_id: int, _facts: Mapping[str, Any]) -> None:
    """The owner says that they didn't ask for it. Where it is done already they must not be told that all is well."""
    if not _stopped(scope, user_id, "owner") and not login.second_factors_of(scope, user_id):
        raise CaseNotOpen


def carry_out_due(scope: Scope) -> int:
    """Take away the factors of those whose time is over; return how many were due. Call again until 0."""
    due = select(ResetCase.user_id).where(*_is_over(scope)).order_by(ResetCase.user_id)
    return scope.one_by_one(_carry_out, [row.user_id for row in scope.read.execute(due)], at_most=AT_ONCE)


def _carry_out(scope: Scope, user_id: int) -> None:
    accounts.lock(scope, user_id)
    mine = (ResetCase.user_id == user_id, *_is_over(scope))
    reason: str | None = scope.db.scalar(delete(ResetCase).where(*mine).returning(ResetCase.reason))
    if reason is not None:
        _take_all_away(scope, user_id, reason)


def _is_over(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The time is up, and the owner knew of it in time: nothing happens behind a mail that nobody got."""
    return (ResetCase.due_at <= scope.now, ResetCase.told_at.is_not(None), ResetCase.reminded_at.is_not(None))


def _take_all_away(scope: Scope, user_id: int, reason: str) -> None:
    """Nobody who is in stays in: the next sign-in is by the password, from a browser that nobody knows."""
    for feature in scope.tools.features:
        if feature.second_factors and feature.drop_added_since is not None:
            feature.drop_added_since(scope, user_id, _EVER)
    for left in login.second_factors_of(scope, user_id):
        log.error("the second factor %r has no `drop_added_since`, and stays", left.endpoint)
    sessions.end_all(scope, user_id, reason="second_factor_reset")
    login.forget_browsers(scope, user_id)
    scope.emit(ResetDone(user_id=user_id, reason=reason))


def _shown(scope: Scope, row: Mapping[Any, Any]) -> Case:
    """While the owner isn't told the delay has not begun."""
    earliest = scope.now + scope.config[TwoFactorConfig].reset_delay
    return Case(**row) if row["told_at"] else Case(**{**row, "due_at": earliest})


def _stopped(scope: Scope, user_id: int, by: str) -> bool:
    gone = delete(ResetCase).where(ResetCase.user_id == user_id).returning(ResetCase.user_id)
    is_gone = scope.db.scalar(gone) is not None
    if is_gone and by == BY_SIGN_IN:
        scope.tell(N_("Your second step was about to be removed by an operator. You just used it, so it stays."))
    if is_gone:
        scope.emit(ResetStopped(user_id=user_id, by=by))
    return is_gone


_CASE = select(ResetCase.user_id, ResetCase.reason, ResetCase.opened_at, ResetCase.due_at, ResetCase.told_at)
