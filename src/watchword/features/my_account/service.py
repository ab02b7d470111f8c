"""Change the password and the name; `address` changes the address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.errors import UserNameTaken
from watchword.features.accounts.names import check_user_name
from watchword.features.login import service as login
from watchword.features.my_account import address, closing
from watchword.features.my_account.errors import SamePassword, WrongCurrentPassword
from watchword.features.my_account.events import DataExported, UserNameChanged
from watchword.features.my_account.last_step import CHOOSE_ANOTHER
from watchword.features.my_account.operators import set_address
from watchword.features.outbox import service as outbox
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import SignedInUser

__all__ = [
    "NewSecrets",
    "address",
    "change_password",
    "change_user_name",
    "closing",
    "confirm_address_elsewhere",
    "end_others",
    "export",
    "mail_sender",
    "place_of",
    "set_address",
]


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
    password_hash = accounts.hash_changed_password(scope, person, new)
    accounts.lock(scope, person.id)  # before any other row
    renewed = sessions.renew(scope, user.session)
    accounts.set_password(scope, person, password_hash)
    sessions.end_others(scope, person.id, user.session, reason="password_changed")
    return NewSecrets(renewed, login.know_this_device(scope, person.id))


def end_others(scope: Scope, user: SignedInUser) -> None:
    """Sign *user* out everywhere else; no browser but this one stands in for their second step any more (MFA-18)."""
    # Trust first: that waits for a sign-in it stands in for, whose session then ends with the others.
    login.end_trust_elsewhere(scope, user.id)
    sessions.end_others(scope, user.id, user.session, reason="ended_by_owner")


def change_user_name(scope: Scope, user: SignedInUser, wanted: str) -> None:
    """Give *user* another name, by the rules of registration. Says when it is taken, a few times an hour only."""
    name = check_user_name(wanted)
    if name.typed == user.username:
        return
    scope.take(Rate.of(f"new_name:user:{user.id}", "10/hour"), Rate.of(f"new_name:ip:{scope.caller.ip}", "20/hour"))
    if not accounts.set_user_name(scope, user.id, name):
        raise UserNameTaken
    scope.emit(UserNameChanged(user_id=user.id))


def confirm_address_elsewhere(scope: Scope, link: str, password: str) -> None:
    """Put the address of *link* in place from a browser that isn't signed in: the password says that it's the owner."""
    found = address.check_link(scope, link)
    if not login.has_password(scope, found.user_id):
        raise NotSignedIn
    login.check_password(scope, found.user_id, {"password": password})
    address.confirm_by_link(scope, link)


def mail_sender(scope: Scope) -> str:
    """Whom the mail will come from, for the page that says to look for it."""
    return outbox.sender(scope)


def place_of(scope: Scope, ip: str) -> str:
    """Roughly where *ip* is, by the policy of that name; "" where nobody knows."""
    tell = scope.tools.policies.get("place_of")
    return str(tell(scope, ip)) if tell is not None else ""


def export(scope: Scope, user_id: int) -> str:
    """Everything that the features hold about *user_id*, as JSON: values only, no secret and no fingerprint of one.

    A few times an hour only: each is mailed to the owner, and many mails would bury the one that matters (RL-12).
    """
    scope.take(Rate.of(f"export:user:{user_id}", "10/hour"))
    held: dict[str, object] = {"exported_at": scope.now}
    for feature in scope.tools.features:
        if feature.exports is not None:
            held.update(feature.exports(scope, user_id))
    scope.emit(DataExported(user_id=user_id))
    return json.dumps(held, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case frozenset() | set() | tuple():
            return sorted(map(str, value))
    raise TypeError(f"an export holds plain values, not a {type(value).__name__}")


def choose_another(scope: Scope, waiting: str, new: str) -> login.Outcome:
    """Replace the password of a sign-in in which all else is done, end all sessions, and go on.

    The old one needs no check of its own: it was shown a moment ago, and no rule that refused it takes it now.
    """
    person = login.at_last_step(scope, waiting, CHOOSE_ANOTHER)
    password_hash = accounts.hash_changed_password(scope, person, new)
    found = login.take_up(scope, waiting)
    accounts.set_password(scope, person, password_hash)
    sessions.end_all(scope, person.id, reason="password_changed")
    due = found.due - {CHOOSE_ANOTHER.name}
    return login.proceed(scope, person.id, found.proofs, remember=found.remembered, due=due)
