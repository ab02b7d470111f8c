"""The second step: which factor is asked for after the first, and how often it may be guessed.

A stolen password must not be worth a thousand codes: wrong ones are counted for the sign-in and for the user, before
they are checked, and neither a new sign-in nor a right password sets the count back (MFA-10, MFA-21).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import select, update

from watchword.core.errors import AuthError
from watchword.core.feature import SecondFactor
from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.login.errors import LoginNotWaiting, SecondStepNotPossible
from watchword.features.login.events import SecondStepClosed, SignInRefused
from watchword.features.login.held import Held
from watchword.features.login.models import WaitingLogin
from watchword.features.login.reserving import reserve

Proved = TypeVar("Proved")

BY_SECOND_STEP = "second_step"
"""The rule, as the audit log and `watchword limits` name it."""
TRIES = 5  # for each waiting sign-in
PER_USER = "10/hour"  # over all sign-ins, and for who is signed in and confirms
_KINDS = {
    **dict.fromkeys(("pwd", "fed"), "known"),  # who vouches for somebody may have asked for a password only
    **dict.fromkeys(("otp", "sms", "hwk", "swk"), "held"),
    "user": "verified",
}


def shows_two_factors(proofs: Collection[str]) -> bool:
    """Whether *proofs* are of two kinds: known, held, or verified by the device (NIST SP 800-63B-4 2.2; MFA-17)."""
    return len({_KINDS[proof] for proof in proofs if proof in _KINDS}) > 1


def lack_something_held(proofs: Collection[str]) -> bool:
    """Whether *proofs* are one factor, and something held would make them two."""
    return not shows_two_factors(proofs) and shows_two_factors({*proofs, "hwk"})


def ways(held: Held) -> list[SecondFactor]:
    """The second factors a user has, the strongest first. A stand-in counts beside another one only."""
    factors = held.scope.tools.second_factors
    found = [factor for factor in factors if not factor.stands_in and held.has(factor)]
    if found:
        found += [factor for factor in factors if factor.stands_in and held.has(factor)]
    return sorted(found, key=lambda factor: -factor.strength)


def missing(held: Held, proofs: frozenset[str]) -> SecondFactor | None:
    """The factor to ask for now; None when two were shown, or when this user has no second one."""
    if shows_two_factors(proofs):
        return None
    has = ways(held)
    fitting = [factor for factor in has if shows_two_factors(proofs | {factor.proof})]
    if has and not fitting:
        raise SecondStepNotPossible
    return next(iter(fitting), None)


def use_a_try(scope: Scope, waiting: str) -> int:
    """Count a try of the sign-in *waiting* and return whose it is; after the last one it is no longer waiting."""
    open_ = (WaitingLogin.id == fingerprint(waiting), WaitingLogin.expires_at > scope.now, WaitingLogin.tries_left > 0)
    counted = update(WaitingLogin).where(*open_).values(tries_left=WaitingLogin.tries_left - 1)
    with scope.aside() as connection:
        user_id: int | None = connection.execute(counted.returning(WaitingLogin.user_id)).scalar()
    if user_id is None:
        raise LoginNotWaiting
    return user_id


def tries_left(scope: Scope, waiting: str) -> int:
    """How many more proofs the sign-in *waiting* takes before it has to start again."""
    held = (WaitingLogin.id == fingerprint(waiting), WaitingLogin.expires_at > scope.now)
    return int(scope.read.scalar(select(WaitingLogin.tries_left).where(*held)) or 0)


def guess_second_proof(scope: Scope, user_id: int, check: Callable[[], Proved]) -> Proved:
    """What *check* says was proved; its AuthError is a wrong guess. Counted before the look, given back when right.

    What *check* used up is committed first, so that no later fault gives a code back.
    """
    rate = rate_of(user_id)
    guess = reserve(scope, rate, user_id=user_id)
    try:
        proof = check()
    except AuthError:
        scope.settle()
        guess.wrong()
        _refused(scope, user_id, rate)
        raise
    except BaseException:
        scope.undo()
        guess.right()
        raise
    scope.settle()
    guess.right()
    return proof


def rate_of(user_id: int) -> Rate:
    """Where wrong proofs of *user_id* are counted, over all their sign-ins."""
    return Rate.of(f"{BY_SECOND_STEP}:user:{user_id}", PER_USER, lasting=True)


def _refused(scope: Scope, user_id: int, rate: Rate) -> None:
    """Write the refusal down; of all that fill the window, the first to see it full tells the owner."""
    ends_at = scope.limits.full_until(rate)
    is_told = ends_at is not None and scope.limits.tally(f"{BY_SECOND_STEP}_told:{user_id}:{ends_at}", 3600) == 1
    scope.emit(SignInRefused(user_id=user_id, why="wrong_second_proof"))
    if is_told:
        scope.emit(SecondStepClosed(user_id=user_id))
