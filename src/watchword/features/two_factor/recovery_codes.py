"""Codes on paper, for the day the phone is gone.

80 random bits each: nobody guesses one, so the stored form needs no slow hash. What is stored is the SHA-256 of a code,
encrypted: a stolen table can't even be searched (NIST SP 800-63B-4 3.1.2.2 asks for salt below 112 bits), and a new key
reaches it as it reaches the secrets of the apps.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from watchword.core.db import table_of
from watchword.core.has_row import HasRow
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.two_factor.errors import WrongCode
from watchword.features.two_factor.events import RecoveryCodesMade, RecoveryCodeUsed
from watchword.features.two_factor.models import RecoveryCode

PURPOSE = "recovery code"
MANY = 10
FEW = 3  # from here on a person is warned
_BYTES = 10
_COUNTED = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == bindparam("user_id"))
_CODE = re.compile(r"[A-Z2-7]{16}\Z")

exist = HasRow(table_of(RecoveryCode).c.user_id)


def make_new_set(scope: Scope, user_id: int) -> list[str]:
    """Ten new codes, to be shown once; the old set is dead."""
    forget_all(scope, user_id)
    codes = [_new_code() for _ in range(MANY)]
    scope.db.execute(
        insert(RecoveryCode),
        [{"user_id": user_id, "sealed": _seal(scope, code), "created_at": scope.now} for code in codes],
    )
    scope.emit(RecoveryCodesMade(user_id=user_id))
    return [grouped(code) for code in codes]


def use(scope: Scope, user_id: int, typed: str) -> None:
    """Use a code up: of two at the same time, one finds it gone."""
    wanted = fingerprint(normalised(typed))
    found = _sealed_as(scope, user_id, wanted)
    while found and not _drop(scope, user_id, found):
        found = _sealed_as(scope, user_id, wanted)  # gone meanwhile, or brought to a new key
    if not found:
        raise WrongCode
    scope.emit(RecoveryCodeUsed(user_id=user_id, left=left(scope, user_id)))


def left(scope: Scope, user_id: int) -> int:
    return int(scope.read.scalar(_COUNTED, {"user_id": user_id}))


def forget_all(scope: Scope, user_id: int) -> None:
    scope.db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def forget_made_since(scope: Scope, user_id: int, moment: datetime) -> None:
    made = (RecoveryCode.user_id == user_id, RecoveryCode.created_at >= moment)
    scope.db.execute(delete(RecoveryCode).where(*made))


def normalised(typed: str) -> str:
    """Without spaces and hyphens, in capitals; 0 and 8, which base32 hasn't, read as the letters they look like."""
    letters = "".join(one for one in typed.upper() if one.isascii() and one.isalnum())
    return letters.replace("0", "O").replace("8", "B")


def looks_like_one(typed: str) -> bool:
    return _CODE.match(normalised(typed)) is not None


def grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _sealed_as(scope: Scope, user_id: int, wanted: str) -> list[bytes]:
    rows = scope.read.execute(select(RecoveryCode.sealed).where(RecoveryCode.user_id == user_id)).all()
    return [row.sealed for row in rows if secrets.compare_digest(_opened(scope, row.sealed), wanted)]


def _drop(scope: Scope, user_id: int, sealed: list[bytes]) -> bool:
    """By what was read, not by the row's id: SQLite gives that away again, and the next set would lose a code."""
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.sealed.in_(sealed))
    return scope.db.scalar(delete(RecoveryCode).where(*mine).returning(RecoveryCode.id)) is not None


def _new_code() -> str:
    return base64.b32encode(secrets.token_bytes(_BYTES)).decode()


def _seal(scope: Scope, code: str) -> bytes:
    return scope.keys.encrypt(fingerprint(code).encode(), PURPOSE)


def _opened(scope: Scope, sealed: bytes) -> str:
    return (scope.keys.decrypt(sealed, PURPOSE) or b"").decode()
