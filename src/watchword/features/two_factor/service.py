"""Ask for the second factor, set it up, take it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from watchword.core.feature import SecondFactor
from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.core.tokens import fingerprint
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.outcomes import Outcome
from watchword.features.sessions.visitor import SignedInUser
from watchword.features.two_factor import authenticators, cases, recovery_codes, totp
from watchword.features.two_factor.config import TwoFactorConfig
from watchword.features.two_factor.errors import (
    LastSecondFactor,
    NoSecondFactor,
    SetUpNotForYou,
    WrongCode,
)

APP_STRENGTH, RECOVERY_STRENGTH = 20, 10
NEW_APPS = "20/hour"

has_app, has_recovery_codes = authenticators.exists, recovery_codes.exist


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a person needs to set an app up: the picture, or the key to type."""

    key: str
    address: str
    qr: totp.Picture


@dataclass(frozen=True, slots=True)
class AtLogin:
    """Whether there is an app to read a code from, or recovery codes alone; *others* are what one may show instead,
    the strongest first.
    """

    has_app: bool
    others: list[SecondFactor]


@dataclass(frozen=True, slots=True)
class Finished:
    """A factor is set up inside a sign-in, which goes on with *outcome*. *codes* are recovery codes to show."""

    codes: list[str]
    outcome: Outcome


def at_login(scope: Scope, waiting: str, endpoint: str) -> AtLogin:
    """What the owner of this waiting sign-in can answer to *endpoint*, and to other pages."""
    ways = login.second_factors_of(scope, login.peek(scope, waiting).user_id)
    here = [each for each in ways if each.endpoint == endpoint]
    return AtLogin(any(each.strength == APP_STRENGTH for each in here), [each for each in ways if each not in here])


def finish_login(scope: Scope, waiting: str, typed: str, *, trust_browser: bool = False) -> Outcome:
    """Go on with a waiting sign-in by a code of an app, or by a recovery code: one field takes both.

    A recovery code lets its owner in once: it makes no browser trusted.
    """
    user_id = login.use_a_try(scope, waiting)
    proof = login.guess_second_proof(scope, user_id, lambda: _show(scope, user_id, typed))
    trusts = trust_browser and not recovery_codes.looks_like_one(typed)
    return login.passed(scope, waiting, proof, trust_browser=trusts)


def confirm(scope: Scope, user_id: int, sent: Mapping[str, str]) -> str:
    """The proof for somebody signed in who shows a code of an app; counted like the second step of a sign-in.

    Recovery codes are for getting back in, not for confirming: none is used up on a sensitive act.
    """
    typed = sent.get("code", "")
    return login.guess_second_proof(scope, user_id, lambda: _show_app_code(scope, user_id, typed))


def holder_of_session(handle: str) -> str:
    """Who may finish a set-up that was begun in this session: nobody else, and nowhere else."""
    return fingerprint("session", handle)


def holder_of_login(waiting: str) -> str:
    """The same for a set-up inside a sign-in."""
    return fingerprint("login", waiting)


def start(scope: Scope, user_id: int, holder: str) -> None:
    """Make a secret for a new app, to be shown to *holder* alone."""
    authenticators.begin(scope, user_id, holder)


def start_in_session(scope: Scope, user_id: int, holder: str) -> None:
    """The same for who is signed in. Each app is mailed to its owner when it comes and when it goes: many mails would
    bury the one that matters (RL-12). What goes needs no count: it came before, and its owner is never kept from that.
    """
    scope.take(Rate.of(f"new_app:user:{user_id}", NEW_APPS))
    start(scope, user_id, holder)


def start_at_login(scope: Scope, waiting: str) -> None:
    """Make one for somebody who must set an app up before the session opens."""
    user_id = who_sets_up(scope, waiting)
    start(scope, user_id, holder_of_login(waiting))


def set_up(scope: Scope, user_id: int, holder: str) -> SetUp | None:
    """What to show of the app that *holder* is setting up; None when it has to be started."""
    secret = authenticators.waiting_secret(scope, user_id, holder)
    person = accounts.get(scope, user_id)
    if not secret or person is None:
        return None
    address = totp.address(secret, account=person.account_name, issuer=scope.config[SiteConfig].site_name)
    return SetUp(totp.grouped(secret), address, totp.qr_picture(address))


def finish(scope: Scope, user_id: int, holder: str, *, code: str, label: str) -> list[str]:
    """The app counts from its first right code on. Who had no recovery codes gets a set, to be shown once."""
    authenticators.finish(scope, user_id, holder, code=_digits(code), label=label)
    return first_recovery_codes(scope, user_id)


def first_recovery_codes(scope: Scope, user_id: int) -> list[str]:
    """For who set a factor up: a set of recovery codes, to be shown once; none for who has some."""
    has_codes = recovery_codes.left(scope, user_id) > 0
    return [] if has_codes else recovery_codes.make_new_set(scope, user_id)


def finish_at_login(scope: Scope, waiting: str, *, code: str, label: str) -> Finished:
    """The same inside a sign-in, which then goes on. Somebody else with the same password is too late (MFA-15)."""
    user_id = who_sets_up(scope, waiting)
    with login.undone_if_refused(scope):
        codes = finish(scope, user_id, holder_of_login(waiting), code=code, label=label)
        if authenticators.count(scope, user_id) > 1 or _has_another_kind(scope, user_id):
            raise SetUpNotForYou
        return Finished(codes, login.passed(scope, waiting, "otp"))


def finish_in_session(scope: Scope, user: SignedInUser, holder: str, *, code: str, label: str) -> tuple[list[str], str]:
    """The same for who is signed in; return the recovery codes to show and the session's new secret."""
    with login.undone_if_refused(scope):
        return finish(scope, user.id, holder, code=code, label=label), login.confirmed(scope, user, "otp")


def remove(scope: Scope, user_id: int, handle: str) -> None:
    """Take an app away; with the last second factor the recovery codes go too."""
    accounts.lock(scope, user_id)
    if authenticators.count(scope, user_id) == 1:
        last_of_a_kind_goes(scope, user_id)
    authenticators.remove(scope, user_id, handle)


def last_of_a_kind_goes(scope: Scope, user_id: int) -> None:
    """The only factor of one kind is about to go. With the last of all the recovery codes go too: they stand in for
    nothing any more. Raises LastSecondFactor where one is required.
    """
    factors = [each for each in login.second_factors_of(scope, user_id) if not each.stands_in]
    if len(factors) > 1:
        return
    if is_required_of(scope, user_id):
        raise LastSecondFactor
    recovery_codes.forget_all(scope, user_id)


def new_recovery_codes(scope: Scope, user_id: int) -> list[str]:
    """A new set for who has a second factor; the old one is dead. Of two at once the later one holds."""
    scope.take(Rate.of(f"recovery_codes:user:{user_id}", "10/hour"))  # each is mailed: many would bury others (RL-12)
    accounts.lock(scope, user_id)
    if not has_second_factor(scope, user_id):
        raise NoSecondFactor
    return recovery_codes.make_new_set(scope, user_id)


def is_required_of(scope: Scope, user_id: int | None) -> bool:
    """Whether this user needs a second factor, by the setting or by the host's policy; None: who isn't a user yet."""
    if scope.config[TwoFactorConfig].required:
        return True
    wanted = scope.tools.policies.get("second_factor_required_of")
    return wanted is not None and user_id is not None and bool(wanted(scope, user_id))


def has_second_factor(scope: Scope, user_id: int) -> bool:
    """Whether a sign-in asks this user for more than the password."""
    return bool(login.second_factors_of(scope, user_id))


def has_working_factor(scope: Scope, user_id: int) -> bool:
    """Whether they have one that can be shown today."""
    working = (each for each in scope.tools.second_factors if each.works and not each.stands_in)
    return any(each.has(scope, user_id) for each in working)


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The authenticator apps by their names and times, and how many recovery codes are left, for an export."""
    apps = [asdict(view) for view in authenticators.list_for(scope, user_id)]
    return {"authenticators": apps, "recovery_codes_left": recovery_codes.left(scope, user_id)}


def must_set_up(scope: Scope, user_id: int, proofs: frozenset[str]) -> bool:
    """Whether a sign-in stops here until a factor is set up. Who has one was asked for it before."""
    if login.shows_two_factors(proofs) or not is_required_of(scope, user_id):
        return False
    return not has_second_factor(scope, user_id)


def who_sets_up(scope: Scope, waiting: str) -> int:
    """Whose sign-in *waiting* is, if it stops for a set-up: a password alone must not add a factor beside others."""
    held = login.peek(scope, waiting)
    if not must_set_up(scope, held.user_id, held.proofs):
        raise SetUpNotForYou
    return held.user_id


def take_back_added(scope: Scope, user_id: int, facts: Mapping[str, Any]) -> None:
    """Take away an app that its owner says was added by somebody else."""
    if any(each.handle == facts["authenticator"] for each in authenticators.list_for(scope, user_id)):
        authenticators.remove(scope, user_id, str(facts["authenticator"]))


def drop_added_since(scope: Scope, user_id: int, moment: datetime) -> None:
    """Drop the apps and the recovery codes made since: they may be an intruder's, and so may be an operator's case."""
    for each in authenticators.added_since(scope, user_id, moment):
        authenticators.remove(scope, user_id, each.handle)
    recovery_codes.forget_made_since(scope, user_id, moment)
    cases.stop_any(scope, user_id, by="owner")


def _has_another_kind(scope: Scope, user_id: int) -> bool:
    """Whether this user holds more than apps and the codes on paper."""
    held = login.second_factors_of(scope, user_id)
    return any(each.strength != APP_STRENGTH and not each.stands_in for each in held)


def _show(scope: Scope, user_id: int, typed: str) -> str:
    if recovery_codes.looks_like_one(typed):
        recovery_codes.use(scope, user_id, typed)
        return "otp"
    return _show_app_code(scope, user_id, typed)


def _show_app_code(scope: Scope, user_id: int, typed: str) -> str:
    authenticators.use(scope, user_id, _digits(typed))
    return "otp"


def _digits(typed: str) -> str:
    """Six digits, as apps show them: in one piece, or with a space or hyphen; anything else is no code."""
    digits = "".join(typed.split()).replace("-", "")
    if len(digits) != totp.DIGITS or not (digits.isascii() and digits.isdigit()):
        raise WrongCode
    return digits
