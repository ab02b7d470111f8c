"""Codes that are typed from a mail to confirm its address: which one counts, and how often it may be guessed at."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import compare_digest
from typing import Any

from sqlalchemy import Select, update

from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import limit_key
from watchword.features.email_confirmation.errors import ConfirmationNotValid, WrongConfirmationCode

CODE_TRIES = 5
PER_ADDRESS = "20/day"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as it was typed, and the secret of the browser it was typed in: *kept* is all that is stored of both.

    *user_id* is whose account it changes; a registration's is nobody's yet.
    """

    text: str
    browser: str
    user_id: int | None = None

    @property
    def kept(self) -> str:
        return fingerprint(self.browser, "".join(part for part in self.text if part.isdigit()))


def row_of_code(scope: Scope, rows: Select[*tuple[Any, ...]], table: Any, *, typed: TypedCode, kind: str) -> Any:
    """The newest of *rows*, which are of *table*, if its code was typed. Five tries, counted before the look.

    Only the newest mail's code counts: asking again must not give dead codes new tries, nor one guess many targets.
    """
    newest = scope.read.execute(rows.order_by(table.id.desc()).limit(1)).first()
    if newest is None or not _has_room(scope, newest.email, kind):
        raise ConfirmationNotValid
    if typed.user_id is not None:
        accounts.lock(scope, typed.user_id)  # before any other row, as everybody does: else two wait for each other
    counted = update(table).where(table.id == newest.id, table.tries_left > 0).values(tries_left=table.tries_left - 1)
    held = scope.db.execute(counted.returning(table.tries_left, table.code)).first()
    if held is None or held.code is None:  # the worker may have taken the code away meanwhile
        raise ConfirmationNotValid
    if not compare_digest(held.code, typed.kept):
        raise WrongConfirmationCode(values={"left": held.tries_left})
    return newest


def _has_room(scope: Scope, email: str, kind: str) -> bool:
    """Count one try of a code of *kind* that was mailed to *email*, whatever browsers and mails the guesses use.

    Over it the typed code is closed for that address; the link in the mail lives.
    """
    who = scope.keys.keyed("typed code", limit_key(email))[:40]
    return scope.limits.has_room(Rate.of(f"code:{who}:{kind}", PER_ADDRESS, lasting=True))
