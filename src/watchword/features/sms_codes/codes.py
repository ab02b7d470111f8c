"""Codes: made, posted to the outbox, used up.

A code belongs to its *holder*: the sign-in, or the session and the purpose in it, that it was asked for in.

Six digits are guessed by trying, so tries are counted before they are looked at: here for each code, by `login` for the
sign-in and the user. What is stored is a keyed hash: a stolen table can't be searched for a million codes.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from watchword.core.db import insert_into
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_token
from watchword.features.accounts import service as accounts
from watchword.features.sms_codes import phones, spending
from watchword.features.sms_codes.errors import SmsCodeNotValid, WrongSmsCode
from watchword.features.sms_codes.events import CodeAccepted
from watchword.features.sms_codes.models import WaitingSmsCode
from watchword.features.sms_codes.numbers import Number

JOB = "sms_codes.send"
LIFETIME = timedelta(minutes=10)
TRIES = 5
_DIGITS = 6


def holder_of_login(waiting: str) -> str:
    return fingerprint("sms login", waiting)


def holder_of_session(scope: Scope, purpose: str) -> str:
    """A code that was asked for in this session, and for *purpose*, is good nowhere else (ASVS 6.6.2)."""
    return fingerprint(f"sms {purpose}", scope.caller.session or "")


def send(scope: Scope, user_id: int, holder: str, *, number: Number) -> None:
    """Let a new code leave for *number*; what waited for this *holder* before is forgotten.

    Over the cap nothing leaves and the code before it stays good. Who asks sees the same either way; what waits then
    is no code that digits could guess, or two numbers in turn would bring new tries without end.
    """
    has_room = spending.has_room(scope, user_id, number)
    if not has_room and waiting_number(scope, user_id, holder) == number:
        return
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}" if has_room else new_token()
    _put(scope, user_id, holder, code=code, number=number)
    if has_room:
        scope.post(JOB, {"holder": holder, "code": code})


def send_again(scope: Scope, user_id: int, holder: str) -> None:
    """Another code to the number that the last one went to, if there is one."""
    number = waiting_number(scope, user_id, holder)
    if number is not None:
        send(scope, user_id, holder, number=number)


def masked_number(scope: Scope, user_id: int, holder: str) -> str | None:
    """The number that waits for its code, masked; None when one has to be given first."""
    number = waiting_number(scope, user_id, holder)
    return None if number is None else number.masked


def waiting_number(scope: Scope, user_id: int, holder: str) -> Number | None:
    """Where the code went that *holder* may type now, if there is one."""
    found = scope.read.scalar(select(WaitingSmsCode.number).where(*_waiting(scope, user_id, holder)))
    return None if found is None else phones.opened(scope, found)


def to_send(scope: Scope, holder: str, code: str) -> tuple[int, Number] | None:
    """Whose *code* it is and where it goes; None when a newer one was asked for, or it is used or too old."""
    columns = (WaitingSmsCode.user_id, WaitingSmsCode.number)
    newest = (WaitingSmsCode.holder == holder, WaitingSmsCode.code == _keyed(scope, holder, code))
    row = scope.read.execute(select(*columns).where(*newest, WaitingSmsCode.expires_at > scope.now)).first()
    return None if row is None else (row.user_id, phones.opened(scope, row.number))


def use(scope: Scope, user_id: int, holder: str, *, typed: str) -> Number:
    """Use the code up and return the number it went to: of six at the same time, one finds it."""
    _count_try(scope, user_id, holder)
    code = "".join(typed.split()).replace("-", "")
    accounts.lock(scope, user_id)  # before any other row: who waits here holds nothing
    right = (*_waiting(scope, user_id, holder), WaitingSmsCode.code == _keyed(scope, holder, code))
    found: bytes | None = scope.db.scalar(delete(WaitingSmsCode).where(*right).returning(WaitingSmsCode.number))
    if found is None:
        raise WrongSmsCode
    scope.emit(CodeAccepted(user_id=user_id))
    return phones.opened(scope, found)


def forget_all(scope: Scope, user_id: int) -> None:
    scope.db.execute(delete(WaitingSmsCode).where(WaitingSmsCode.user_id == user_id))


def purge(scope: Scope) -> int:
    """Forget codes that are too old; return how many."""
    old = delete(WaitingSmsCode).where(WaitingSmsCode.expires_at < scope.now)
    return len(scope.db.scalars(old.returning(WaitingSmsCode.user_id)).all())


def _put(scope: Scope, user_id: int, holder: str, *, code: str, number: Number) -> None:
    fresh = {
        "user_id": user_id,
        "code": _keyed(scope, holder, code),
        "number": phones.sealed(scope, number),
        "tries_left": TRIES,
        "expires_at": scope.now + LIFETIME,
    }
    upsert = insert_into(scope.db, WaitingSmsCode).values(holder=holder, **fresh)
    scope.db.execute(upsert.on_conflict_do_update(index_elements=["holder"], set_=fresh))


def _count_try(scope: Scope, user_id: int, holder: str) -> None:
    open_ = (*_waiting(scope, user_id, holder), WaitingSmsCode.tries_left > 0)
    counted = update(WaitingSmsCode).where(*open_).values(tries_left=WaitingSmsCode.tries_left - 1)
    with scope.aside() as connection:
        is_open = connection.execute(counted.returning(WaitingSmsCode.user_id)).scalar() is not None
    if not is_open:
        raise SmsCodeNotValid


def _waiting(scope: Scope, user_id: int, holder: str) -> tuple[Any, ...]:
    waiting = WaitingSmsCode
    return (waiting.holder == holder, waiting.user_id == user_id, waiting.expires_at > scope.now)


def _keyed(scope: Scope, holder: str, code: str) -> str:
    return scope.keys.keyed("sms code", f"{holder} {code}")
