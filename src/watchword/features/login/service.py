"""Sign people in: count, check, ask for further steps, open the session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from watchword.core.feature import LastStep, LoginStep, SecondFactor
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_token
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.login import devices, guessing, second_step, trust
from watchword.features.login.config import LoginConfig
from watchword.features.login.confirming import confirmed, has_password, is_fresh
from watchword.features.login.devices import DeviceView
from watchword.features.login.devices import forget as forget_device
from watchword.features.login.devices import list_for as known_devices
from watchword.features.login.endings import forget_browsers
from watchword.features.login.errors import LoginNotWaiting, WrongPassword, WrongSignIn
from watchword.features.login.events import BrowserTrusted, NewDeviceSeen, SignedInEvent
from watchword.features.login.guessing import BY_ADDRESS, BY_DEVICE, BY_NAME, BY_USER, keys_of_user, person_behind
from watchword.features.login.held import Held
from watchword.features.login.last_use import password_used_at
from watchword.features.login.models import WaitingLogin
from watchword.features.login.order import next_page, noticed
from watchword.features.login.other_proofs import counted_proof
from watchword.features.login.outcomes import NextStep, Outcome, SignedIn
from watchword.features.login.second_step import (
    BY_SECOND_STEP,
    guess_second_proof,
    lack_something_held,
    shows_two_factors,
    tries_left,
    use_a_try,
)
from watchword.features.login.set_up import undone_if_refused, who_sets_up
from watchword.features.login.trust import days as trust_days
from watchword.features.login.trust import end as end_trust
from watchword.features.login.trust import end_elsewhere as end_trust_elsewhere
from watchword.features.login.ways_in import keep_a_way_in
from watchword.features.sessions import service as sessions

__all__ = [
    "BY_ADDRESS",
    "BY_DEVICE",
    "BY_NAME",
    "BY_SECOND_STEP",
    "BY_USER",
    "DeviceView",
    "NextStep",
    "Outcome",
    "SignedIn",
    "Waiting",
    "at_last_step",
    "check_again",
    "check_password",
    "confirmed",
    "counted_proof",
    "end_trust",
    "end_trust_elsewhere",
    "forget_browsers",
    "forget_device",
    "give_up",
    "guess_second_proof",
    "has_password",
    "is_fresh",
    "keep_a_way_in",
    "keys_of_user",
    "know_this_device",
    "known_devices",
    "lack_something_held",
    "passed",
    "password_used_at",
    "peek",
    "person_behind",
    "proceed",
    "purge",
    "second_factors_of",
    "shows_two_factors",
    "take_up",
    "tries_left",
    "trust_days",
    "undone_if_refused",
    "use_a_try",
    "who_sets_up",
    "with_password",
]

_COLUMNS = (
    WaitingLogin.user_id,
    WaitingLogin.proofs,
    WaitingLogin.remembered,
    WaitingLogin.due,
    WaitingLogin.trusts,
    WaitingLogin.may_trust,
    WaitingLogin.credential_version,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sign-in that waits for its next step, and the last steps that are due in it."""

    user_id: int
    credential_version: int
    proofs: frozenset[str]
    remembered: bool
    due: frozenset[str]
    trusts: bool = False
    """Whether its browser shall be trusted once it is through."""
    may_trust: bool = True
    """Not any more when the factors changed since it began."""


def with_password(scope: Scope, identifier: str, password: str, *, remember: bool = False) -> Outcome:
    """Sign in by address or user name. A guess is counted before the hash and given back when it was right."""
    person = accounts.find(scope, identifier)
    if not guessing.is_right(scope, person, password, typed=identifier, why="wrong_sign_in"):
        raise WrongSignIn
    assert person is not None, "a right password belongs to somebody"  # noqa: S101 - narrows the type
    due = noticed(scope, person, password)
    _upgrade_hash(scope, person, password)
    begun = Waiting(person.id, person.credential_version, frozenset({"pwd"}), remember, due)
    return _go_on(scope, begun)


def check_again(scope: Scope, person: Person, password: str) -> bool:
    """Whether *password* is still *person*'s, for somebody signed in: counted like a sign-in (RL-09)."""
    return guessing.is_right(scope, person, password, typed=person.username, why="wrong_current_password")


def check_password(scope: Scope, user_id: int, sent: Mapping[str, str]) -> str:
    """The proof `pwd` when the password that was *sent* is this user's: one of the ways to confirm it's you."""
    person = accounts.get(scope, user_id)
    if person is None or not check_again(scope, person, sent.get("password", "")):
        raise WrongPassword
    return "pwd"


def know_this_device(scope: Scope, user_id: int) -> str:
    """Make this browser known after a change of credentials; return the new secret of its cookie."""
    person = accounts.get(scope, user_id)
    if person is None:
        raise LoginNotWaiting
    return devices.remember(scope, person).secret


def proceed(
    scope: Scope, user_id: int, proofs: Iterable[str], *, remember: bool = False, due: Iterable[str] = ()
) -> Outcome:
    """Open a session for *user_id*, or say which step comes first. Every way in ends here.

    *proofs* carry the names of RFC 8176. Whoever calls this has checked them. *due* names last steps not settled yet.
    """
    person = accounts.get_locked(scope, user_id)
    if person is None:
        raise WrongSignIn
    return _go_on(
        scope, Waiting(user_id, person.credential_version, frozenset(proofs), remember, frozenset(due)), person
    )


def peek(scope: Scope, waiting: str) -> Waiting:
    """Whose sign-in *waiting* is; raises LoginNotWaiting. Uses nothing up."""
    return _held(scope, _still(scope, waiting) & (WaitingLogin.tries_left > 0))


def passed(scope: Scope, waiting: str, *proofs: str, trust_browser: bool = False) -> Outcome:
    """Go on with a waiting sign-in after its step showed *proofs*. Of two at the same time, one is refused.

    With *trust_browser* the next sign-ins here need no second step for a while, once this one is through.
    """
    found = take_up(scope, waiting)
    trusts = found.may_trust and (found.trusts or (trust_browser and trust.days(scope) > 0))
    return _go_on(scope, replace(found, proofs=found.proofs | set(proofs), trusts=trusts))


def take_up(scope: Scope, waiting: str) -> Waiting:
    """Use up a waiting sign-in, to go on with it through `proceed`. Of two at the same time, one is refused."""
    person = accounts.get_locked(scope, _held(scope, _still(scope, waiting)).user_id)
    row = scope.db.execute(delete(WaitingLogin).where(_still(scope, waiting)).returning(*_COLUMNS)).first()
    if row is None or person is None or person.credential_version != row.credential_version:
        raise LoginNotWaiting  # the password was changed between the steps
    return _waiting(row)


def at_last_step(scope: Scope, waiting: str, step: LoginStep | LastStep) -> Person:
    """Whose sign-in has only *step* before it; raises LoginNotWaiting while a proof is missing. Uses nothing up."""
    found = peek(scope, waiting)
    person = accounts.get(scope, found.user_id)
    if person is None or next_page(scope, person, found.proofs, due=found.due) != step.endpoint:
        raise LoginNotWaiting
    return person


def second_factors_of(scope: Scope, user_id: int) -> list[SecondFactor]:
    """The second factors *user_id* has, the strongest first."""
    return second_step.ways(Held(scope, user_id))


def give_up(scope: Scope, waiting: str) -> None:
    """Forget a waiting sign-in, if there is one: a copied cookie can't go on with it (SES-11)."""
    scope.db.execute(delete(WaitingLogin).where(WaitingLogin.id == fingerprint(waiting)))


def purge(scope: Scope) -> int:
    """Delete sign-ins that waited too long; return how many."""
    old = delete(WaitingLogin).where(WaitingLogin.expires_at < scope.now).returning(WaitingLogin.user_id)
    return len(scope.db.scalars(old).all())


def _upgrade_hash(scope: Scope, person: Person, password: str) -> None:
    stronger = accounts.upgraded_hash(scope, person, password)
    if stronger is not None:
        accounts.replace_hash(scope, person, stronger)


def _go_on(scope: Scope, begun: Waiting, person: Person | None = None) -> Outcome:
    """The next step, or the session. Checking a password takes a while: a sign-in whose credentials were changed
    meanwhile ends here, under the lock that the change held.
    """
    person = person or accounts.get_locked(scope, begun.user_id)
    if person is None or not person.is_open or person.credential_version != begun.credential_version:
        raise WrongSignIn
    endpoint = next_page(scope, person, begun.proofs, due=begun.due)
    if endpoint is not None:
        return NextStep(endpoint, _wait(scope, begun))
    return _open(scope, person, begun)


def _wait(scope: Scope, waits: Waiting) -> str:
    secret = new_token()
    scope.db.execute(
        insert(WaitingLogin).values(
            id=fingerprint(secret),
            user_id=waits.user_id,
            credential_version=waits.credential_version,
            proofs=" ".join(sorted(waits.proofs)),
            remembered=waits.remembered,
            due=" ".join(sorted(waits.due)),
            trusts=waits.trusts,
            may_trust=waits.may_trust,
            tries_left=second_step.TRIES,
            expires_at=scope.now + scope.config[LoginConfig].waiting_lifetime,
        )
    )
    return secret


def _held(scope: Scope, which: ColumnElement[bool]) -> Waiting:
    """The sign-in, if the credentials it began with are still the user's."""
    row = scope.read.execute(select(*_COLUMNS).where(which)).first()
    person = accounts.get(scope, row.user_id) if row else None
    if row is None or person is None or person.credential_version != row.credential_version:
        raise LoginNotWaiting
    return _waiting(row)


def _waiting(row: Any) -> Waiting:
    proofs, due = frozenset(row.proofs.split()), frozenset(row.due.split())
    return Waiting(row.user_id, row.credential_version, proofs, row.remembered, due, row.trusts, row.may_trust)


def _still(scope: Scope, waiting: str) -> ColumnElement[bool]:
    return (WaitingLogin.id == fingerprint(waiting)) & (WaitingLogin.expires_at > scope.now)


def _open(scope: Scope, person: Person, begun: Waiting) -> SignedIn:
    if scope.caller.session:  # a second sign-in in the same browser closes the first
        sessions.end_secret(scope, scope.caller.session, reason="signed_in_again")
    is_whole = shows_two_factors(begun.proofs)
    known = devices.remember(scope, person, trusted=begun.trusts and is_whole)
    secret = sessions.start(scope, person.id, begun.proofs, remembered=begun.remembered)
    _tell(scope, begun, known, stood_in=known.is_trusted and not is_whole)
    return SignedIn(secret, known.secret, begun.remembered)


def _tell(scope: Scope, begun: Waiting, known: devices.Remembered, *, stood_in: bool) -> None:
    user_id, shown = begun.user_id, " ".join(sorted(begun.proofs))
    told = {"remembered": begun.remembered, "new_device": known.is_new, "trusted": stood_in}
    scope.emit(SignedInEvent(user_id=user_id, proofs=shown, **told))
    if known.is_new and not known.is_first:
        scope.emit(NewDeviceSeen(user_id=user_id, proofs=shown))
    if begun.trusts and known.is_trusted:
        scope.emit(BrowserTrusted(user_id=user_id, days=trust.days(scope)))
