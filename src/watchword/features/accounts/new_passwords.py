"""What a password must be when it is set: for whom it is asked, judged while it is typed, and checked at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.core.errors import AuthError
from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.features.accounts import passphrases
from watchword.features.accounts.at_need import strength
from watchword.features.accounts.config import PasswordConfig
from watchword.features.accounts.errors import PasswordWeak
from watchword.features.accounts.password_rules import Rules, check_new_password, refuse_known_bad

METER_RATE = "120/minute"

WITH_SECOND_FACTOR = 8
"""The shortest password of who needs a second factor (NIST SP 800-63B-4 3.1.1.2)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a password. *score* runs from 0 to 4; with a *refusal* it would not be taken."""

    score: int
    refusal: AuthError | None = None
    advice: str = ""


def minimum_length(scope: Scope, user_id: int | None = None) -> int:
    """The shortest password that may be set, in characters: less for a user who needs a second factor.

    Without *user_id* it is of somebody who isn't a user yet.
    """
    alone = scope.config[PasswordConfig].minimum_length
    is_never_alone = scope.tools.policies.get("needs_second_factor")
    return min(alone, WITH_SECOND_FACTOR) if is_never_alone is not None and is_never_alone(scope, user_id) else alone


def hash_new_password(scope: Scope, password: str, *about: str, user_id: int | None = None) -> str:
    """Check *password* against the rules (*about*: what it must not resemble) and return its hash."""
    return scope.hasher.hash(_checked(scope, password, about, minimum=minimum_length(scope, user_id)))


def judge_new_password(scope: Scope, password: str, *about: str, minimum: int = 0) -> Verdict:
    """What `hash_new_password` would say of a password that is still being typed. Hashes and keeps nothing.

    *minimum* is what the page says it must be, shorter for some: believed as far as it can be true. Nothing is kept.
    """
    scope.take(Rate.of(f"password:meter:{scope.caller.ip}", METER_RATE))
    longest = minimum_length(scope)
    shown = min(max(minimum, WITH_SECOND_FACTOR), longest) if minimum > 0 else longest
    try:
        found = strength.strength_of(_checked(scope, password, about, minimum=shown), _about(scope, about))
    except PasswordWeak as refusal:
        return Verdict(refusal.score, refusal)
    except AuthError as refusal:
        return Verdict(0, refusal)
    return Verdict(found.score, advice=found.advice)


def must_be_replaced(scope: Scope, user_id: int, password: str, *about: str) -> bool:
    """Whether a password that is in use is known to be bad today: too short by now, on a list, or like its owner."""
    try:
        refuse_known_bad(password, _rules(scope, about, minimum=minimum_length(scope, user_id)))
    except AuthError:
        return True
    return False


def suggest_passphrase(scope: Scope) -> str:
    """Random words that every rule takes, however long a password must be here."""
    return passphrases.suggest(minimum_length(scope))


def _checked(scope: Scope, password: str, about: Sequence[str], *, minimum: int) -> str:
    return check_new_password(password, _rules(scope, about, minimum=minimum))


def _rules(scope: Scope, about: Sequence[str], *, minimum: int) -> Rules:
    breach_list = scope.config[PasswordConfig].breach_list
    return Rules(minimum=minimum, about=_about(scope, about), breach_list=breach_list)


def _about(scope: Scope, about: Sequence[str]) -> tuple[str, ...]:
    """What a password must not be made of: its owner's words, and the name of this site."""
    return (*about, scope.config[SiteConfig].site_name)
