"""Give a number, prove it, sign in and confirm by codes sent to it, take it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchword.core.feature import SecondFactor
from watchword.core.has_row import HasRow
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.outcomes import Outcome
from watchword.features.sessions.visitor import SignedInUser
from watchword.features.sms_codes import codes, numbers, phones
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.sms_codes.errors import SmsNotOffered
from watchword.features.sms_codes.numbers import Number
from watchword.features.two_factor import service as two_factor

STRENGTH = 15  # below every app and every passkey, above the paper in the drawer
SILENT_STRENGTH = 1  # below the codes on paper, which it is answered by
PROOF = "sms"
CONFIRM, SET_UP = "confirm", "set up"


@dataclass(frozen=True, slots=True)
class AtLogin:
    """What the second step shows: the number, masked; whether a code is on its way; what else one may show."""

    number: str
    is_sent: bool
    others: list[SecondFactor]


def is_on(scope: Scope) -> bool:
    return scope.config[SmsCodesConfig].sender is not None


def is_silent(scope: Scope) -> bool:
    return scope.config[SmsCodesConfig].sender is None


has_phone = HasRow(phones.OF_USER, when=is_on)
"""Whether a code can be sent to this user: never while nobody sends."""

has_silent_phone = HasRow(phones.OF_USER, when=is_silent)
"""Whether codes were sent to this user once, and nobody sends any more: a recovery code stands in, for a password must
not become enough by that.
"""


def at_login(scope: Scope, waiting: str, endpoint: str) -> AtLogin:
    user_id, number = _at_login(scope, waiting)
    is_sent = codes.waiting_number(scope, user_id, codes.holder_of_login(waiting)) is not None
    others = [each for each in login.second_factors_of(scope, user_id) if each.endpoint != endpoint]
    return AtLogin(number.masked, is_sent, others)


def send_at_login(scope: Scope, waiting: str) -> None:
    """Send a code to the owner of this waiting sign-in, which alone can use it."""
    user_id, number = _at_login(scope, waiting)
    codes.send(scope, user_id, codes.holder_of_login(waiting), number=number)


def finish_login(scope: Scope, waiting: str, typed: str, *, trust_browser: bool = False) -> Outcome:
    """Go on with a waiting sign-in by the newest code sent for it; counted with all other second steps."""
    user_id = login.use_a_try(scope, waiting)
    login.guess_second_proof(scope, user_id, lambda: _show(scope, user_id, codes.holder_of_login(waiting), typed=typed))
    return login.passed(scope, waiting, PROOF, trust_browser=trust_browser)


def send_to_confirm(scope: Scope, user_id: int) -> str:
    """Send a code to somebody signed in, for "confirm it's you"; return where to, masked."""
    number = _own_number(scope, user_id)
    codes.send(scope, user_id, codes.holder_of_session(scope, CONFIRM), number=number)
    return number.masked


def confirm(scope: Scope, user_id: int, sent: Mapping[str, str]) -> str:
    """The proof for somebody signed in who types the code sent for it; counted like the second step of a sign-in."""
    holder, typed = codes.holder_of_session(scope, CONFIRM), sent.get("code", "")
    login.guess_second_proof(scope, user_id, lambda: _show(scope, user_id, holder, typed=typed))
    return PROOF


def start(scope: Scope, user_id: int, typed: str) -> None:
    """Send a code to a number that its owner wants to use from now on. It counts for nothing yet."""
    number = numbers.read(typed, scope.config[SmsCodesConfig].countries)
    codes.send(scope, user_id, codes.holder_of_session(scope, SET_UP), number=number)


def being_set_up(scope: Scope, user_id: int) -> str | None:
    """The number that waits for its code here, masked; None when one has to be given first."""
    return codes.masked_number(scope, user_id, codes.holder_of_session(scope, SET_UP))


def send_again(scope: Scope, user_id: int) -> None:
    """Another code to the number that is being set up, if there is one."""
    codes.send_again(scope, user_id, codes.holder_of_session(scope, SET_UP))


def finish(scope: Scope, user: SignedInUser, typed: str) -> tuple[list[str], str]:
    """The number counts from its right code on; return recovery codes to show, and the session's new secret."""
    number = codes.use(scope, user.id, codes.holder_of_session(scope, SET_UP), typed=typed)
    codes.forget_all(scope, user.id)  # what is on its way to the number before
    with login.undone_if_refused(scope):
        phones.put(scope, user.id, number)
        shown = two_factor.first_recovery_codes(scope, user.id)
        return shown, login.confirmed(scope, user, PROOF)


def remove(scope: Scope, user_id: int) -> None:
    """Take the number away, and codes on their way to it; with the last second factor the recovery codes go too."""
    accounts.lock(scope, user_id)
    two_factor.last_of_a_kind_goes(scope, user_id)
    phones.remove(scope, user_id)
    codes.forget_all(scope, user_id)


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The number itself, for the person whose it is."""
    phone = phones.find(scope, user_id)
    if phone is None:
        return {}
    return {"phone": {"number": phone.number.e164, "created_at": phone.created_at, "used_at": phone.used_at}}


def take_back_added(scope: Scope, user_id: int, facts: Mapping[str, Any]) -> None:
    """Take away a number that its owner says was added by somebody else."""
    phone = phones.find(scope, user_id)
    if phone is not None and phone.handle == facts["phone"]:
        phones.remove(scope, user_id)
        codes.forget_all(scope, user_id)


def drop_added_since(scope: Scope, user_id: int, moment: datetime) -> None:
    """Drop a number added since, and every code on its way: it may be an intruder's."""
    phone = phones.find(scope, user_id)
    if phone is not None and phone.created_at >= moment:
        phones.remove(scope, user_id)
    codes.forget_all(scope, user_id)


def _at_login(scope: Scope, waiting: str) -> tuple[int, Number]:
    """Whose sign-in it is and their number, where a code by message is what it waits for: none is sent in vain."""
    held = login.peek(scope, waiting)
    if not login.lack_something_held(held.proofs):
        raise SmsNotOffered
    return held.user_id, _own_number(scope, held.user_id)


def _own_number(scope: Scope, user_id: int) -> Number:
    phone = phones.find(scope, user_id)
    if phone is None or not phone.number.rest:
        raise SmsNotOffered
    return phone.number


def _show(scope: Scope, user_id: int, holder: str, *, typed: str) -> None:
    codes.use(scope, user_id, holder, typed=typed)
    phones.note_use(scope, user_id)
