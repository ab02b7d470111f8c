"""The phone number of a user: kept encrypted, shown masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from watchword.core.db import table_of
from watchword.core.has_row import HasRow
from watchword.core.scope import Scope
from watchword.core.tokens import new_handle
from watchword.features.sms_codes.errors import PhoneNotFound
from watchword.features.sms_codes.events import PhoneAdded, PhoneRemoved
from watchword.features.sms_codes.models import Phone
from watchword.features.sms_codes.numbers import Number

PURPOSE = "sms number"
_PHONE = table_of(Phone).c
OF_USER = _PHONE.user_id
exists = HasRow(OF_USER)


@dataclass(frozen=True, slots=True)
class PhoneView:
    """What is known of a phone. Only `number.masked` is for showing."""

    handle: str
    number: Number
    created_at: datetime
    used_at: datetime | None


def find(scope: Scope, user_id: int) -> PhoneView | None:
    columns = (Phone.handle, Phone.number, Phone.created_at, Phone.used_at)
    row = scope.read.execute(select(*columns).where(Phone.user_id == user_id)).first()
    if row is None:
        return None
    return PhoneView(row.handle, opened(scope, row.number), row.created_at, row.used_at)


def count(scope: Scope) -> int:
    return int(scope.read.scalar(select(func.count()).select_from(Phone)) or 0)


def put(scope: Scope, user_id: int, number: Number) -> None:
    """Make *number* the user's, in place of the one before."""
    _drop(scope, user_id)
    handle = new_handle()
    row: Mapping[str, Any] = {"handle": handle, "user_id": user_id, "number": sealed(scope, number)}
    scope.db.execute(insert(Phone).values(**row, created_at=scope.now))
    scope.emit(PhoneAdded(user_id=user_id, phone=handle, number=number.masked))


def remove(scope: Scope, user_id: int) -> None:
    if not _drop(scope, user_id):
        raise PhoneNotFound


def note_use(scope: Scope, user_id: int) -> None:
    scope.db.execute(update(Phone).where(Phone.user_id == user_id).values(used_at=scope.now))


def sealed(scope: Scope, number: Number) -> bytes:
    return scope.keys.encrypt(f"{number.calling_code} {number.rest}".encode(), PURPOSE)


def opened(scope: Scope, sealed_number: bytes) -> Number:
    """The number; an empty one when no key we hold opens it."""
    calling_code, _, rest = (scope.keys.decrypt(sealed_number, PURPOSE) or b"").decode().partition(" ")
    return Number(calling_code, rest)


def _drop(scope: Scope, user_id: int) -> bool:
    gone = delete(Phone).where(Phone.user_id == user_id).returning(Phone.handle, Phone.number)
    row = scope.db.execute(gone).first()
    if row is None:
        return False
    scope.emit(PhoneRemoved(user_id=user_id, phone=row.handle, number=opened(scope, row.number).masked))
    return True
