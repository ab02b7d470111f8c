"""A phone as the second factor that a sign-in asks for, where one is required and there is none yet."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.login import service as login
from watchword.features.sms_codes import codes, numbers, phones, service
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.two_factor import service as two_factor


def start(scope: Scope, waiting: str, typed: str) -> None:
    """Send a code to a number that whoever waits wants to use. It counts for nothing yet."""
    user_id = login.who_sets_up(scope, waiting)
    number = numbers.read(typed, scope.config[SmsCodesConfig].countries)
    codes.send(scope, user_id, _holder(waiting), number=number)


def being_set_up(scope: Scope, waiting: str) -> str | None:
    """The number that waits for its code in this sign-in, masked; None when one has to be given first."""
    return codes.masked_number(scope, login.who_sets_up(scope, waiting), _holder(waiting))


def send_again(scope: Scope, waiting: str) -> None:
    codes.send_again(scope, login.who_sets_up(scope, waiting), _holder(waiting))


def finish(scope: Scope, waiting: str, typed: str) -> two_factor.Finished:
    """The number counts from its right code on, and the sign-in goes on. Somebody else with the same password, who was
    quicker with whichever factor, is the last one to add any (MFA-15).
    """
    user_id = login.who_sets_up(scope, waiting)
    number = codes.use(scope, user_id, _holder(waiting), typed=typed)
    login.who_sets_up(scope, waiting)  # once more, now that the user is locked
    with login.undone_if_refused(scope):
        phones.put(scope, user_id, number)
        shown = two_factor.first_recovery_codes(scope, user_id)
        return two_factor.Finished(shown, login.passed(scope, waiting, service.PROOF))


def _holder(waiting: str) -> str:
    """A code of the set-up is good for nothing else in the same sign-in (ASVS 6.6.2)."""
    return fingerprint("sms set up at login", waiting)
