"""Change the address: ask, mail the link, confirm it, take it back.

The old address stays until the new one is confirmed by whoever is signed in, or knows the password: a typing error must
not give the account to a stranger. Whoever owns the new address, the request does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from watchword.core.limits import Rate
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_code, new_handle, new_token
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import Address, address_key, check_address, limit_key
from watchword.features.accounts.errors import AddressNotValid
from watchword.features.accounts.events import AddressProved
from watchword.features.accounts.service import Person
from watchword.features.email_confirmation.errors import ConfirmationNotValid
from watchword.features.email_confirmation.service import CODE_TRIES, TypedCode, row_of_code
from watchword.features.my_account.config import AccountConfig
from watchword.features.my_account.errors import SameAddress
from watchword.features.my_account.events import (
    AddressChangeAsked,
    AddressChanged,
    AddressNotRestored,
    AddressRestored,
)
from watchword.features.my_account.models import AddressChange as Change
from watchword.features.outbox import service as outbox
from watchword.features.sessions.errors import NotSignedIn

LINK = "address link"
JOB = "my_account.address_mail"
UNDO_FOR = timedelta(days=8)  # a notice works for seven days, and is mailed up to a day after the wish
_COLUMNS = (Change.id, Change.handle, Change.user_id, Change.email, Change.credential_version)


@dataclass(frozen=True, slots=True)
class WaitingAddress:
    """An address that waits to be confirmed, and by whom."""

    user_id: int
    email: str
    until: datetime | None = None


def ask(scope: Scope, user_id: int, email: str, *, browser: str = "") -> str:
    """Let *email* wait to become the address; return the secret that tells this browser from others (*browser*, if it
    has one).

    Whoever owns *email*: the same checks, one row, one job, one notice to the address of now (ENU-07).
    """
    address, person = check_address(email), _person(scope, user_id)
    if address.key == address_key(person.email):
        raise SameAddress
    scope.take(
        Rate.of(f"new_address:ip:{scope.caller.ip}", "20/hour"), Rate.of(f"new_address:user:{user_id}", "20/hour")
    )
    browser = browser or new_token()
    _wait(scope, person, address, browser=browser)
    return browser


def send_mail(scope: Scope, payload: Mapping[str, Any], link_to: Callable[[str], str]) -> None:
    """The worker's part: mail the link to a free address, or tell the owner of a taken one that somebody tried.

    A code that was never mailed is none: over the cap the one in the inbox stays the newest (RL-12).
    """
    row = _living(scope, str(payload["link"]))
    if row is None:  # nothing goes to an address that an intruder asked for before the owner was back
        return
    if not outbox.has_room_for(scope, limit_key(row.email), "address"):
        scope.db.execute(update(Change).where(Change.handle == row.handle).values(code=""))
        return
    owner = accounts.holder_of_address(scope, check_address(row.email))
    if owner is not None:
        scope.send(Mail(owner.email, "my_account/address_known", {"username": owner.username}))
        return
    hours = int(scope.config[AccountConfig].address_link_lifetime / timedelta(hours=1))
    link = link_to(scope.keys.sign(payload["link"], LINK))
    context = {"username": _person(scope, row.user_id).username, "link": link, "code": payload["code"], "hours": hours}
    scope.send(Mail(row.email, "my_account/confirm_address", context))


def knows_link(scope: Scope, signed: str) -> bool:
    """Whether *signed* is a link of a change of address, whatever became of it. Asks no table."""
    return _token_in(scope, signed) is not None


def check_link(scope: Scope, signed: str) -> WaitingAddress:
    """What the link would confirm; raises ConfirmationNotValid. Uses nothing up."""
    row = _by_link(scope, signed)
    return WaitingAddress(row.user_id, row.email)


def confirm_by_link(scope: Scope, signed: str) -> None:
    """Put the address of this link in place. The caller made sure that the owner of the account asks for it."""
    _take_effect(scope, _by_link(scope, signed), by="link")


def confirm_by_code(scope: Scope, user_id: int, code: str, *, browser: str) -> None:
    """The same by the typed code of the newest mail, in the browser that asked."""
    theirs = (Change.browser == fingerprint(browser), Change.user_id == user_id, Change.code != "")
    rows, typed = select(*_COLUMNS).where(*theirs, *_open(scope)), TypedCode(code, browser, user_id)
    row = row_of_code(scope, rows, Change, typed=typed, kind="address")
    _take_effect(scope, row, by="code")


def waiting(scope: Scope, user_id: int) -> list[WaitingAddress]:
    """The addresses of *user_id* that wait, the newest first. Taken ones look the same as free ones (ENU-07)."""
    person = _person(scope, user_id)
    wanted = (Change.user_id == user_id, Change.credential_version == person.credential_version, *_open(scope))
    rows = scope.read.execute(select(Change.email, Change.expires_at).where(*wanted).order_by(Change.id.desc()))
    newest: dict[str, datetime] = {}
    for row in rows:
        newest.setdefault(row.email, row.expires_at)
    return [WaitingAddress(user_id, email, until) for email, until in newest.items()]


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The addresses that wait and those before, for an export."""
    columns = (Change.email, Change.old_email, Change.created_at, Change.confirmed_at)
    rows = scope.read.execute(select(*columns).where(Change.user_id == user_id).order_by(Change.id)).mappings()
    return {"address_changes": [accounts.told_without_stand_ins({**row}) for row in rows]}


def forget_waiting(scope: Scope, user_id: int) -> None:
    """No address waits any longer: the owner thought better of it."""
    scope.db.execute(delete(Change).where(Change.user_id == user_id, Change.confirmed_at.is_(None)))


def take_back(scope: Scope, user_id: int, facts: Mapping[str, Any]) -> None:
    """Undo this change and all later ones: the address of before is back, and no notice of theirs undoes that."""
    accounts.lock(scope, user_id)
    handle = str(facts["change"])
    first = scope.db.scalar(select(Change.id).where(Change.handle == handle, Change.user_id == user_id))
    if first is None:
        return
    done = _earliest_done(scope, user_id, Change.id >= first)
    is_back = done is None or _put_back(scope, user_id, done.old_email)
    gone = (Change.id >= first) | Change.confirmed_at.is_(None)
    kept = done.handle if done is not None and not is_back else ""
    scope.db.execute(delete(Change).where(Change.user_id == user_id, gone, Change.handle != kept))
    if not is_back:
        _leave_without(scope, user_id, kept)
        raise ConfirmationNotValid
    scope.emit(AddressRestored(user_id=user_id, change=handle))


def address_at(scope: Scope, user_id: int, moment: datetime) -> str | None:
    """The address *user_id* had at *moment*, as far as changes are kept; None when it is still the same.

    A change that was taken back never was.
    """
    found = _earliest_done(scope, user_id, Change.confirmed_at >= moment)
    return None if found is None else str(found.old_email)


def addresses_between(scope: Scope, user_id: int, *, since: datetime, until: datetime) -> set[str]:
    """Those that *user_id* had for some of that time, but for the one at its end."""
    then = (Change.user_id == user_id, Change.confirmed_at >= since, Change.confirmed_at <= until)
    return {row.old_email for row in scope.read.execute(select(Change.old_email).where(*then))}


def restore(scope: Scope, user_id: int, moment: datetime, *, reader: str) -> None:
    """Put the address of *moment* back, whichever mail the owner answers; one somebody has by now stops nothing.

    What put *reader* in place stays: who answers from there doesn't take their own address away.
    """
    first = _earliest_done(scope, user_id, (Change.confirmed_at >= moment) & (Change.email != reader))
    if first is not None:
        with suppress(ConfirmationNotValid):
            take_back(scope, user_id, {"change": first.handle})


def purge(scope: Scope) -> int:
    """Delete what can be neither confirmed nor taken back any more; return how many."""
    old = delete(Change).where(Change.expires_at < scope.now - UNDO_FOR).returning(Change.id)
    return len(scope.db.scalars(old).all())


def _person(scope: Scope, user_id: int) -> Person:
    person = accounts.get(scope, user_id)
    if person is None:
        raise NotSignedIn
    return person


def _wait(scope: Scope, person: Person, address: Address, *, browser: str) -> None:
    link, code, handle = new_token(), new_code(), new_handle()
    row = {
        "handle": handle,
        "user_id": person.id,
        "credential_version": person.credential_version,
        "link": fingerprint(link),
        "browser": fingerprint(browser),
        "code": TypedCode(code, browser).kept,
        "tries_left": CODE_TRIES,
        "email": address.typed,
        "old_email": person.email,
        "created_at": scope.now,
        "expires_at": scope.now + scope.config[AccountConfig].address_link_lifetime,
    }
    scope.db.execute(insert(Change).values(row))
    scope.emit(AddressChangeAsked(user_id=person.id, change=handle))
    scope.post(JOB, {"link": link, "code": code})


def _take_effect(scope: Scope, row: Any, *, by: str) -> None:
    """Check → use up → change. A changed password, and another address confirmed before, made the link worthless."""
    accounts.lock(scope, row.user_id)
    if _person(scope, row.user_id).credential_version != row.credential_version:
        raise ConfirmationNotValid
    used = update(Change).where(Change.handle == row.handle, *_open(scope)).values(confirmed_at=scope.now)
    if scope.db.scalar(used.returning(Change.handle)) is None:
        raise ConfirmationNotValid
    scope.emit(AddressChanged(user_id=row.user_id, change=row.handle, by=by))
    if not accounts.set_address(scope, row.user_id, check_address(row.email)):
        scope.undo()
        raise ConfirmationNotValid
    scope.emit(AddressProved(user_id=row.user_id))


def _put_back(scope: Scope, user_id: int, email: str) -> bool:
    """Whether the address of before is in place: somebody else may have it by now, or it was none."""
    try:
        return accounts.set_address(scope, user_id, check_address(email))
    except AddressNotValid:
        return False


def _leave_without(scope: Scope, user_id: int, change: str) -> None:
    """Somebody has the old address, and the one in place may be an intruder's: until the owner names another, nobody
    reads mail for the account. That the old one was theirs till now is kept, for the links that were mailed there.
    """
    if accounts.withdraw_address(scope, user_id):
        till_now = {"confirmed_at": scope.now, "expires_at": scope.now}
        scope.db.execute(update(Change).where(Change.handle == change).values(till_now))
        scope.emit(AddressNotRestored(user_id=user_id, change=change))


def _earliest_done(scope: Scope, user_id: int, which: ColumnElement[bool]) -> Any:
    """The first change of *which* that took effect."""
    done = (Change.user_id == user_id, Change.confirmed_at.is_not(None), which)
    return scope.read.execute(select(Change.handle, Change.old_email).where(*done).order_by(Change.id).limit(1)).first()


def _living(scope: Scope, link: str) -> Any:
    """The change of this link, unless a new password or another confirmed address killed it."""
    wanted = select(*_COLUMNS).where(Change.link == fingerprint(link), *_open(scope))
    row = scope.read.execute(wanted).first()
    if row is None or _person(scope, row.user_id).credential_version != row.credential_version:
        return None
    return row


def _by_link(scope: Scope, signed: str) -> Any:
    token = _token_in(scope, signed)
    row = _living(scope, token) if token else None
    if row is None:
        raise ConfirmationNotValid
    return row


def _token_in(scope: Scope, signed: str) -> str | None:
    life = int(scope.config[AccountConfig].address_link_lifetime.total_seconds())
    token = scope.keys.unsign(signed, LINK, life)
    return token if isinstance(token, str) else None


def _open(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (Change.confirmed_at.is_(None), Change.expires_at > scope.now)
