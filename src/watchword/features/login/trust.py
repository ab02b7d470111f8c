"""Browsers that stand in for the second step: their owner said so, after showing two factors.

Trust is a mark on a known browser. It goes with the cookie's secret, which is new at each sign-in, with the credentials
it was given under, and with the factors: any change of them ends it everywhere. It is no proof: the session says what
was shown, so a sensitive act asks for the factor as ever (MFA-18).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select, true, update

from watchword.core.db import table_of
from watchword.core.events import FactorsChanged
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, is_handle
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.login import second_step
from watchword.features.login.config import LoginConfig
from watchword.features.login.events import TrustEnded
from watchword.features.login.models import KnownDevice, WaitingLogin

_DEVICE = table_of(KnownDevice).c
MARK = ("trusted_at", "trusted_version")


def _young_and_current(since: Any, version: Any) -> ColumnElement[bool]:
    """A mark that is young enough by today's setting, and of the credentials that hold today."""
    return and_(_DEVICE.trusted_at > since, _DEVICE.trusted_version == version)


HOLDS = _young_and_current(bindparam("trusted_since"), bindparam("trusted_under"))


def days(scope: Scope) -> int:
    """For how long a browser may be trusted; 0 where none may."""
    return scope.config[LoginConfig].trust_days


def stands_in(scope: Scope, person: Person, proofs: frozenset[str]) -> bool:
    """Whether this browser stands in for what *person* holds, beside *proofs* of another kind."""
    if scope.caller.device is None or not second_step.lack_something_held(proofs):
        return False
    here = KnownDevice.id == fingerprint(scope.caller.device)
    mine = here & (KnownDevice.user_id == person.id) & holds(scope, person)
    return scope.read.scalar(select(KnownDevice.user_id).where(mine)) is not None


def holds(scope: Scope, person: Person) -> ColumnElement[bool]:
    """Whether the mark on a browser of *person* holds today."""
    return _young_and_current(*holding(scope, person).values())


def holding(scope: Scope, person: Person) -> dict[str, Any]:
    """The same for a statement made before with `HOLDS`: what to fill it with."""
    since = scope.now - timedelta(days=days(scope))
    return {"trusted_since": since, "trusted_under": person.credential_version}


def ends_at(scope: Scope, trusted_at: datetime) -> datetime:
    return trusted_at + timedelta(days=days(scope))


def mark(scope: Scope, person: Person) -> dict[str, Any]:
    """What is written on a browser that is trusted from now on."""
    return {"trusted_at": scope.now, "trusted_version": person.credential_version}


def end(scope: Scope, user_id: int, handle: str) -> None:
    """Ask for the second step in that browser again. A handle that isn't the user's own does nothing."""
    if is_handle(handle) and _end(scope, user_id, KnownDevice.handle == handle):
        scope.emit(TrustEnded(user_id=user_id))


def end_elsewhere(scope: Scope, user_id: int) -> None:
    """Ask for the second step in every browser but this one: for who signs out everywhere else."""
    if _end(scope, user_id, KnownDevice.id != fingerprint(scope.caller.device or "")):
        scope.emit(TrustEnded(user_id=user_id))


def hear_of_change(scope: Scope, event: FactorsChanged) -> None:
    """Who trusted a browser trusted it for the factors of that day. A sign-in that trusts one now waits for us; one
    that showed a factor of before, and is not through yet, trusts none.
    """
    if event.user_id is not None:
        _end(scope, event.user_id, true())
        begun = WaitingLogin.user_id == event.user_id
        scope.db.execute(update(WaitingLogin).where(begun).values(trusts=False, may_trust=False))


def _end(scope: Scope, user_id: int, which: ColumnElement[bool]) -> bool:
    """Whether there was a mark to take away. A sign-in that it stands in for is over before, or begins after."""
    accounts.lock(scope, user_id)
    marked = (KnownDevice.user_id == user_id, KnownDevice.trusted_at.is_not(None), which)
    unmarked = update(KnownDevice).where(*marked).values(trusted_at=None, trusted_version=None)
    return bool(scope.db.scalars(unmarked.returning(KnownDevice.handle)).all())
