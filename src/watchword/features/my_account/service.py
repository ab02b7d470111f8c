"""Change the password; sign devices out."""

from __future__ import annotations

from dataclasses import dataclass

from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.my_account.errors import SamePassword, WrongCurrentPassword
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import SignedInUser


@dataclass(frozen=True, slots=True)
class NewSecrets:
    """The secrets of this browser after a change: the old ones are dead."""

    session: str
    device: str


def change_password(scope: Scope, user: SignedInUser, *, current: str, new: str) -> NewSecrets:
    """Check *current* (counted like a sign-in), set *new*, end all other sessions, renew this one, tell the owner."""
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
    scope.send(Mail(person.email, "my_account/password_changed", _told_owner(scope, person.username)))
    return NewSecrets(renewed, login.know_this_device(scope, person.id))


def _told_owner(scope: Scope, username: str) -> dict[str, object]:
    return {
        "username": username,
        "when": scope.now.isoformat(),
        "ip": scope.caller.ip,
        "user_agent": scope.caller.user_agent,
    }
