"""Guesses at a password: counted before they are checked, by five rules, and given back when they were right.

A browser that its user signed in from has a budget of its own, which no stranger can use up; after too many failures
in a row it is a stranger itself. For all others count the caller's address, what was typed (known or not, so that it
tells nothing), and the failures of a user in a row: too many close the password way to unknown devices until the
password is set anew. Then the answer stays the usual one.
"""

from __future__ import annotations

from datetime import timedelta

from watchword.core.limits import Count, Delay, Guarded, Rate, Streak
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.login import devices, second_step
from watchword.features.login.config import LoginConfig
from watchword.features.login.events import ClosedToUnknownDevices, SignInRefused
from watchword.features.login.reserving import reserve

BY_ADDRESS, BY_NAME, BY_USER, BY_DEVICE = "sign_in_address", "sign_in_name", "sign_in_user", "sign_in_device"
"""The rules, as the audit log and `watchword limits` name them."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
DAY, FOR_GOOD = 24 * 3600, 10 * 365 * 24 * 3600
KNOWN_FOR = int(devices.FORGOTTEN_AFTER.total_seconds())


def is_right(scope: Scope, person: Person | None, password: str, *, typed: str, why: str) -> bool:
    """Whether *password* is *person*'s, as one counted guess; *why* names a wrong one in the audit log.

    Raises TooManyTries. What was typed is never kept. The same work is done for nobody and for a closed way.
    """
    handle = devices.handle_of_caller(scope, person)
    limits = _by_device(scope, handle) if handle is not None else _of_unknown_device(scope, person, typed)
    guess = reserve(scope, *limits, user_id=person.id if person else None)
    try:
        matches = accounts.verify(scope, person, password)
    except BaseException:
        guess.unchecked()
        raise
    if matches and not guess.is_closed:
        guess.right()
        return True
    guess.wrong()
    user_id = person.id if person else None
    scope.emit(SignInRefused(user_id=user_id, why=BY_USER if guess.is_closed else why))
    if guess.fills_streak:
        _close(scope, user_id, handle)
    return False


def keys_of_user(scope: Scope, person: Person) -> list[str]:
    """The keys under which guesses at *person* are counted, at the password and at the second step alike: for
    operators who let somebody in again.
    """
    by_name = [one.key for typed in (person.username, person.email) for one in _by_name(scope, typed)]
    by_device = [one.key for handle in devices.handles(scope, person) for one in _by_device(scope, handle)]
    return [*by_name, _by_user(scope, person, "").key, *by_device, second_step.rate_of(person.id).key]


def person_behind(scope: Scope, count: Count) -> Person | None:
    """The user whose guesses are in *count*; None where it is of a caller, or of what was typed."""
    who = count.who.partition(":")[0]
    if count.rule == BY_USER:
        return accounts.get_public(scope, who)
    owner = devices.owner_of(scope, who) if count.rule == BY_DEVICE else None
    return accounts.get(scope, owner) if owner is not None else None


def _of_unknown_device(scope: Scope, person: Person | None, typed: str) -> list[Guarded]:
    return [*_by_address(scope), *_by_name(scope, typed), _by_user(scope, person, typed)]


def _by_device(scope: Scope, handle: str) -> list[Guarded]:
    streak = Streak(f"{BY_DEVICE}:{handle}", scope.config[LoginConfig].guesses_in_a_row, KNOWN_FOR)
    return [_device_rate(scope, handle), streak]


def _device_rate(scope: Scope, handle: str) -> Rate:
    return Rate.of(f"{BY_DEVICE}:{handle}", f"{scope.config[LoginConfig].known_device_guesses}/hour")


def of_nobody_named(scope: Scope) -> list[Guarded]:
    """What counts for a wrong first proof that names nobody: a browser that is known has its own budget here, too."""
    handle = devices.handle_of_browser(scope)
    return _by_address(scope) if handle is None else [_device_rate(scope, handle)]


def _by_address(scope: Scope) -> list[Guarded]:
    config, key = scope.config[LoginConfig], f"{BY_ADDRESS}:{scope.caller.ip}"
    return [Rate.of(key, f"{config.guesses_per_minute}/minute"), Rate.of(key, f"{config.guesses_per_hour}/hour")]


def _by_name(scope: Scope, typed: str) -> list[Guarded]:
    key, free = f"{BY_NAME}:{_keyed(scope, typed)}", scope.config[LoginConfig].guesses_before_pause
    return [Delay(key, free, FIRST_PAUSE, LONGEST_PAUSE, DAY)]


def _by_user(scope: Scope, person: Person | None, typed: str) -> Streak:
    """Bound to the password that was guessed at: a new one begins anew. Nobody's is counted all the same, for a day."""
    amount = scope.config[LoginConfig].guesses_in_a_row
    if person is None:
        return Streak(f"{BY_USER}:{_keyed(scope, typed)}", amount, DAY)
    return Streak(f"{BY_USER}:{person.public_id}:{person.credential_version}", amount, FOR_GOOD)


def _keyed(scope: Scope, typed: str) -> str:
    return scope.keys.keyed("sign-in-name", accounts.typed_key(typed))


def _close(scope: Scope, user_id: int | None, handle: str | None) -> None:
    """Close the way that was guessed at: that of all unknown devices, or a known one, which is a stranger from now on.

    So a stolen device cookie is worth no more guesses than none.
    """
    if user_id is not None and handle is not None:
        devices.forget(scope, user_id, handle)
    else:
        scope.emit(ClosedToUnknownDevices(user_id=user_id))
