"""How many messages may be sent: each costs money, and there are people who earn on it (SMS pumping, RL-13).

Counted in the database always, before anything is sent, and never given back.
"""

from __future__ import annotations

from watchword.core.errors import TooManyTries
from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.features.sms_codes import numbers, phones
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.sms_codes.errors import CountryNotServed
from watchword.features.sms_codes.events import MessageRefused
from watchword.features.sms_codes.numbers import Number

WAIT_SECONDS = 60
"""What the page says to wait before asking again: more than two to one number in a minute are held back."""


def has_room(scope: Scope, user_id: int, number: Number) -> bool:
    """Count one message to *number* for *user_id*; False, and a word in the audit log, when it must not be sent.

    Who proved a number while its country was served goes on getting messages: it may be all they have to sign in with.
    """
    phone = phones.find(scope, user_id)
    is_theirs = phone is not None and phone.number == number
    if not is_theirs and not numbers.is_served(number, scope.config[SmsCodesConfig].countries):
        scope.emit(MessageRefused(user_id=user_id, why=CountryNotServed.code))
        return False
    asked_as = "sms_number" if is_theirs else "sms_new_number"
    try:
        scope.limits.take(*_limits(scope, user_id, number, asked_as=asked_as))
    except TooManyTries as refused:
        if refused.is_told:
            scope.emit(MessageRefused(user_id=user_id, why=refused.rule))
        return False
    return True


def _limits(scope: Scope, user_id: int, number: Number, *, asked_as: str) -> list[Rate]:
    """Who says that a number is theirs doesn't use up what its owner needs to sign in: those are counted apart."""
    config = scope.config[SmsCodesConfig]
    to, by = scope.keys.keyed("sms cap", number.e164)[:40], scope.caller.ip
    rates = {
        f"{asked_as}:{to}": ("2/minute", "5/hour", "10/day"),
        f"sms_user:user:{user_id}": ("5/hour", "10/day"),
        f"sms_address:{by}": ("10/hour", "30/day"),
        f"sms_country:{number.calling_code}": (f"{config.per_country}/hour",),
        "sms_all:everybody": (f"{config.per_day}/day",),
    }
    return [Rate.of(key, each, lasting=True) for key, texts in rates.items() for each in texts]
