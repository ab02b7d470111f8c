"""Register, mail the confirmation, turn a confirmed registration into a user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from watchword.core.errors import AuthError
from watchword.core.limits import Rate
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_code, new_token
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import Address, check_address, limit_key
from watchword.features.accounts.errors import UserNameTaken
from watchword.features.accounts.events import AddressProved
from watchword.features.accounts.names import UserName, check_user_name
from watchword.features.email_confirmation.errors import ConfirmationNotValid
from watchword.features.email_confirmation.service import CODE_TRIES, TypedCode, row_of_code
from watchword.features.outbox import service as outbox
from watchword.features.registration.config import RegistrationConfig
from watchword.features.registration.errors import RegistrationClosed
from watchword.features.registration.events import Confirmed, Registered
from watchword.features.registration.models import WaitingRegistration as Waiting

LINK = "registration link"
_COLUMNS = (Waiting.id, Waiting.link, Waiting.username, Waiting.email, Waiting.password_hash, Waiting.browser)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the confirmation page shows of a waiting registration."""

    username: str
    email: str
    same_browser: bool


def register(scope: Scope, username: str, email: str, *, password: str) -> str:
    """Let a registration wait for its address; return the secret that tells this browser from others.

    Whoever owns the address: the same checks, one hash, one row, one job. The mail that follows tells them apart.
    """
    name, address = check_user_name(username), check_address(email)
    _may_register(scope, address.typed)
    scope.take(Rate.of(f"register:ip:{scope.caller.ip}", "20/hour"))
    if accounts.user_name_is_taken(scope, name):
        raise UserNameTaken
    password_hash = accounts.hash_new_password(scope, password, name.typed, address.typed)
    browser = new_token()
    _wait(scope, name.typed, address, password_hash=password_hash, browser=browser)
    return browser


def mail_again(scope: Scope, browser: str, email: str) -> None:
    """Mail the confirmation once more when this browser registered *email*. Says nothing about whether it did."""
    address = check_address(email)
    scope.take(Rate.of(f"register:ip:{scope.caller.ip}", "20/hour"))
    row = _find(scope, Waiting.browser == fingerprint(browser))
    if row is not None and row.email == address.typed:
        _wait(scope, row.username, address, password_hash=row.password_hash, browser=browser)
    else:
        scope.post("registration.mail", {"link": "", "code": ""})  # the same row for everyone; the worker drops it


def send_mail(
    scope: Scope, payload: Mapping[str, Any], link_to: Callable[[str], str], *, ways_in: Mapping[str, str]
) -> None:
    """The worker's part: mail the link to whoever may use it, or tell the owner that somebody tried, with *ways_in*.

    Over the cap nothing is sent: the inbox already holds a mail that works (RL-12), and its code stays the newest.
    """
    row = _find(scope, Waiting.link == fingerprint(str(payload["link"])))
    if row is None:
        return
    address = check_address(row.email)
    owner = accounts.holder_of_address(scope, address)
    if not _mail_has_room(scope, limit_key(address.typed)):
        scope.db.execute(update(Waiting).where(Waiting.id == row.id).values(code=None))
        return
    if owner is not None:
        scope.send(Mail(owner.email, "registration/address_known", {"username": owner.username, **ways_in}))
        return
    hours = int(scope.config[RegistrationConfig].link_lifetime / timedelta(hours=1))
    link = link_to(scope.keys.sign(payload["link"], LINK))
    context = {"username": row.username, "link": link, "code": payload["code"], "hours": hours}
    scope.send(Mail(row.email, "registration/confirm", context))


def knows_link(scope: Scope, signed: str) -> bool:
    """Whether *signed* is a link of a registration, whatever became of it. Asks no table."""
    return _token_in(scope, signed) is not None


def check_link(scope: Scope, signed: str, browser: str) -> Confirmation:
    """What the link in *signed* would confirm; raises ConfirmationNotValid. Uses nothing up."""
    row = _find(scope, _by_link(scope, signed))
    if row is None:
        raise ConfirmationNotValid
    return Confirmation(row.username, row.email, bool(browser) and row.browser == fingerprint(browser))


def confirm_by_link(scope: Scope, signed: str, browser: str, *, password: str = "", username: str = "") -> int:
    """Make the user. In another browser than the one that registered, *password* is checked or chosen anew:
    so a stranger's waiting registration never becomes a user with the stranger's password.
    """
    row = _find(scope, _by_link(scope, signed))
    if row is None:
        raise ConfirmationNotValid
    same_browser = bool(browser) and row.browser == fingerprint(browser)
    password_hash = row.password_hash if same_browser else _hash_from_owner(scope, row, password)
    return _become_user(scope, row, password_hash, username=username, by="link")


def confirm_by_code(scope: Scope, browser: str, code: str, *, username: str = "") -> int:
    """Make the user by the typed code of the newest mail, in the browser that registered."""
    theirs = (Waiting.browser == fingerprint(browser), Waiting.code.is_not(None), Waiting.expires_at > scope.now)
    rows, typed = select(*_COLUMNS).where(*theirs), TypedCode(code, browser)
    row = row_of_code(scope, rows, Waiting, typed=typed, kind="register")
    return _become_user(scope, row, row.password_hash, username=username, by="code")


def mail_sender(scope: Scope) -> str:
    """Whom the mail will come from, for the page that says to look for it."""
    return outbox.sender(scope)


def name_was_taken(scope: Scope, username: str) -> bool:
    """Whether a user took the name while the registration waited."""
    return accounts.user_name_is_taken(scope, check_user_name(username))


def purge(scope: Scope) -> int:
    """Delete registrations that waited too long; return how many."""
    old = delete(Waiting).where(Waiting.expires_at < scope.now).returning(Waiting.id)
    return len(scope.db.scalars(old).all())


def _may_register(scope: Scope, email: str) -> None:
    allows = scope.tools.policies.get("may_register")
    if allows is not None and not allows(scope, email):
        raise RegistrationClosed


def _wait(scope: Scope, username: str, address: Address, *, password_hash: str, browser: str) -> None:
    link, code = new_token(), new_code()
    row = {
        "link": fingerprint(link),
        "browser": fingerprint(browser),
        "code": TypedCode(code, browser).kept,
        "tries_left": CODE_TRIES,
        "username": username,
        "email": address.typed,
        "email_key": address.key,
        "password_hash": password_hash,
        "created_at": scope.now,
        "expires_at": scope.now + scope.config[RegistrationConfig].link_lifetime,
    }
    scope.db.execute(insert(Waiting).values(row))
    scope.emit(Registered())
    scope.post("registration.mail", {"link": link, "code": code})


def _mail_has_room(scope: Scope, address: str) -> bool:
    return outbox.has_room_for(scope, address, "register")


def _find(scope: Scope, which: ColumnElement[bool]) -> Any:
    statement = select(*_COLUMNS).where(which, Waiting.expires_at > scope.now).order_by(Waiting.id.desc()).limit(1)
    return scope.read.execute(statement).first()


def _by_link(scope: Scope, signed: str) -> ColumnElement[bool]:
    """A forged or old link costs no look at the table."""
    token = _token_in(scope, signed)
    if token is None:
        raise ConfirmationNotValid
    return Waiting.link == fingerprint(token)


def _token_in(scope: Scope, signed: str) -> str | None:
    life = int(scope.config[RegistrationConfig].link_lifetime.total_seconds())
    token = scope.keys.unsign(signed, LINK, life)
    return token if isinstance(token, str) else None


def _hash_from_owner(scope: Scope, row: Any, password: str) -> str:
    """The waiting hash when *password* is the one chosen at registration, else a hash of the new one.

    Limited: a link that stays open while each password is refused would be endless work for the asking (PWD-08).
    """
    scope.take(Rate.of(f"confirm:ip:{scope.caller.ip}", "20/hour"))
    if scope.hasher.verify(row.password_hash, accounts.prepare(password)):
        stored: str = row.password_hash
        return stored
    return accounts.hash_new_password(scope, password, row.username, row.email)


def _become_user(scope: Scope, row: Any, password_hash: str, *, username: str, by: str) -> int:
    """Check → use up → change. Of six at the same time one makes the user; the others learn that the link is used."""
    name, address = _name_for(scope, row.username, username), check_address(row.email)
    if row.id not in _use_up_all(scope, address):
        raise ConfirmationNotValid
    user_id = accounts.add(scope, name, address, password_hash=password_hash)
    if user_id is None:
        raise _refusal(scope, address)
    scope.emit(AddressProved(user_id=user_id))
    scope.emit(Confirmed(user_id=user_id, by=by))
    return user_id


def _use_up_all(scope: Scope, address: Address) -> set[int]:
    """Delete everything that waits for *address*; return the ids that were still there for us. Locked in one order
    first: two confirmations of two links would else wait for each other for ever.
    """
    same_address = Waiting.email_key == address.key
    scope.db.execute(select(Waiting.id).where(same_address).order_by(Waiting.id).with_for_update())
    return set(scope.db.scalars(delete(Waiting).where(same_address).returning(Waiting.id)))


def _name_for(scope: Scope, registered: str, typed: str) -> UserName:
    """The registered name; the one typed now only when a user took the first meanwhile."""
    name = check_user_name(registered)
    if not accounts.user_name_is_taken(scope, name):
        return name
    name = check_user_name(typed or registered)
    if accounts.user_name_is_taken(scope, name):
        raise UserNameTaken
    return name


def _refusal(scope: Scope, address: Address) -> AuthError:
    """Why the user could not be added. When only the name was lost in this very moment, the link stays good."""
    if accounts.holder_of_address(scope, address) is not None:
        return ConfirmationNotValid()
    scope.undo()
    return UserNameTaken()
