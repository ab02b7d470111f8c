"""Change the password; sign devices out."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.my_account.errors import SamePassword, WrongCurrentPassword
from watchword.features.my_account.last_step import CHOOSE_ANOTHER
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import SignedInUser


@dataclass(frozen=True, slots=True)
class NewSecrets:
    """The secrets of this browser after a change: the old ones are dead."""

    session: str
    device: str


def change_password(scope: Scope, user: SignedInUser, *, current: str, new: str) -> NewSecrets:
    """Check *current* (counted like a sign-in), set *new*, end all other sessions, renew this one."""
    person = accounts.get(scope, user.id)
    if person is None:
        raise NotSignedIn
    if not login.check_again(scope, person, current):
        raise WrongCurrentPassword
    if new == current:
        raise SamePassword
    password_hash = accounts.hash_new_password(scope, new, person.username, person.email)
    accounts.set_password(scope, person.id, password_hash)
    sessions.end_others(scope, person.id, user.session, reason="password_changed")
    renewed = sessions.renew(scope, user.session)
    return NewSecrets(renewed, login.know_this_device(scope, person.id))


def choose_another(scope: Scope, waiting: str, new: str) -> login.Outcome:
    """Replace the password of a sign-in in which all else is done, end all sessions, and go on.

    The old one needs no check of its own: it was shown a moment ago, and no rule that refused it takes it now.
    """
    person = login.at_last_step(scope, waiting, CHOOSE_ANOTHER)
    password_hash = accounts.hash_new_password(scope, new, person.username, person.email)
    found = login.take_up(scope, waiting)
    accounts.set_password(scope, person.id, password_hash)
    sessions.end_all(scope, person.id, reason="password_changed")
    due = found.due - {CHOOSE_ANOTHER.name}
    return login.proceed(scope, person.id, found.proofs, remember=found.remembered, due=due)
