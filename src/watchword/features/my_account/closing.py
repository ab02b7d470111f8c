"""Close the account: everything ends at once, and for two weeks signing in brings it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.audit import service as audit
from watchword.features.login import service as login
from watchword.features.login.errors import WrongSignIn
from watchword.features.my_account import address
from watchword.features.my_account.config import AccountConfig
from watchword.features.my_account.events import AccountClosing, AccountKept
from watchword.features.sessions import service as sessions


class ClosingStep:
    """Before it signs in, an account that is about to close is asked whether it stays. Nobody else is told of it."""

    name = "closing"
    endpoint = "watchword.my_account.keep_account"
    only_with = accounts.is_about_to_close

    @staticmethod
    def needed(scope: Scope, user_id: int, _proofs: frozenset[str]) -> bool:
        """After its time it answers like an account that never was, also before the worker came by (ENU-01)."""
        until = accounts.closes_at(scope, user_id)
        if until is not None and until <= scope.now:
            raise WrongSignIn
        return until is not None


CLOSING = ClosingStep()


def close(scope: Scope, user_id: int) -> datetime:
    """Sign out everywhere, forget what waits, and return when the account closes for good."""
    until = scope.now + scope.config[AccountConfig].closing_undo
    accounts.lock(scope, user_id)
    accounts.start_closing(scope, user_id, until)
    address.forget_waiting(scope, user_id)
    sessions.end_all(scope, user_id, reason="account_closing")
    login.forget_browsers(scope, user_id)
    scope.emit(AccountClosing(user_id=user_id, until=until))
    return until


def keep_at_login(scope: Scope, waiting: str) -> login.Outcome:
    """Keep the account and go on with the sign-in; refused while a proof is missing. A dead sign-in keeps nothing."""
    login.at_last_step(scope, waiting, CLOSING)
    found = login.take_up(scope, waiting)
    keep(scope, found.user_id)
    return login.proceed(scope, found.user_id, found.proofs, remember=found.remembered, due=found.due)


def keep(scope: Scope, user_id: int) -> None:
    """The account stays after all."""
    if accounts.stop_closing(scope, user_id):
        scope.emit(AccountKept(user_id=user_id))


def take_back(scope: Scope, user_id: int, _facts: Mapping[str, Any]) -> None:
    """It wasn't the owner who closed it."""
    keep(scope, user_id)


def drop_begun_since(scope: Scope, user_id: int, moment: datetime) -> None:
    """Keep an account whose closing was begun since: it may be an intruder's, whichever mail the owner answers."""
    if audit.recent_for(scope, user_id, AccountClosing.name, limit=1, since=moment):
        keep(scope, user_id)
