"""Ask for a link, mail it, and set a new password with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from watchword.core.db import insert_into
from watchword.core.limits import Rate
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_code, new_token
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import check_address, limit_key, masked
from watchword.features.accounts.events import AddressProved
from watchword.features.accounts.service import Person
from watchword.features.login import service as login
from watchword.features.outbox import service as outbox
from watchword.features.password_reset.config import PasswordResetConfig
from watchword.features.password_reset.errors import ResetCodeDead, ResetLinkNotValid, WrongResetCode
from watchword.features.password_reset.events import PasswordWasReset, ResetAsked, ResetLinkSent
from watchword.features.password_reset.models import ResetLink
from watchword.features.sessions import service as sessions

CODE_TRIES = 5
LINK = "reset link"
JOB = "password_reset.mail"
_COLUMNS = (ResetLink.user_id, ResetLink.email, ResetLink.credential_version)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose password a link sets, as the page shows it."""

    username: str
    masked_email: str
    minimum_length: int


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one mail brings along; only fingerprints of it are kept."""

    token: str
    code: str
    browser: str


def ask(scope: Scope, email: str, browser: str = "") -> str:
    """Ask for a link to *email*; return the secret that tells this browser from others (*browser*, if it has one).

    Whoever owns the address: the same checks, one event, one job. The worker looks who it is.
    """
    address = check_address(email)
    scope.take(Rate.of(f"reset:ip:{scope.caller.ip}", "20/hour"))
    browser = browser or new_token()
    scope.emit(ResetAsked())
    scope.post(JOB, {"email": address.typed, "browser": browser})
    return browser


def ask_for(scope: Scope, user_id: int, email: str) -> str:
    """Mail *user_id* a link to *email*, an address that was proved to be theirs, whatever the caps say."""
    browser, person = new_token(), accounts.get(scope, user_id)
    version = person.credential_version if person else 0
    scope.post(JOB, {"user_id": user_id, "email": email, "browser": browser, "version": version})
    return browser


def send_link(scope: Scope, payload: Mapping[str, Any], link_to: Callable[[str], str]) -> None:
    """The worker's part: mail a link to the owner of the address, or drop the job when nobody may have one.

    The mail goes to the address as stored, never as typed (IDN-01). Over the cap nothing is sent and nothing replaced:
    the inbox already holds a link that works (RL-12).
    """
    person, to = _recipient(scope, payload)
    if person is None or not person.is_open:
        return
    if "user_id" not in payload and not outbox.has_room_for(scope, limit_key(to), "reset"):
        return
    made = Secrets(new_token(), new_code(), str(payload["browser"]))
    _replace(scope, person, to, made=made)
    minutes = int(scope.config[PasswordResetConfig].link_lifetime / timedelta(minutes=1))
    link = link_to(scope.keys.sign(made.token, LINK))
    context = {"username": person.username, "link": link, "code": made.code, "minutes": minutes}
    scope.send(Mail(to, "password_reset/reset_link", context))
    scope.emit(ResetLinkSent(user_id=person.id))


def key_of(scope: Scope, signed: str) -> str:
    """The key of the link that *signed* was mailed as; raises ResetLinkNotValid. A forged one costs no look."""
    life = int(scope.config[PasswordResetConfig].link_lifetime.total_seconds())
    token = scope.keys.unsign(signed, LINK, life)
    if not isinstance(token, str):
        raise ResetLinkNotValid
    return fingerprint(token)


def key_by_code(scope: Scope, browser: str, code: str) -> str:
    """The key of the link whose code was typed in the browser that asked. The code is used up, the link is not.

    Tries are counted before the look, and for browsers whose address nobody has, too.
    """
    tries = Rate.of(f"reset:code:{fingerprint(browser)[:40]}", f"{CODE_TRIES}/hour")
    if not scope.limits.has_room(tries):
        raise ResetCodeDead
    left = scope.limits.left(tries)
    digits = "".join(part for part in code if part.isdigit())
    typed = (ResetLink.browser == fingerprint(browser), ResetLink.code == fingerprint(browser, digits))
    done = update(ResetLink).where(*typed, ResetLink.expires_at > scope.now).values(code=None).returning(ResetLink.link)
    key: str | None = scope.db.scalar(done)
    if key is None:
        raise WrongResetCode(values={"left": left})
    return key


def find(scope: Scope, key: str) -> Account:
    """Whose password the link sets; raises ResetLinkNotValid. Uses nothing up."""
    person, email = _owner(scope, key)
    return Account(person.username, masked(email), accounts.minimum_length(scope, person.id))


def set_new_password(scope: Scope, key: str, password: str) -> str:
    """Use the link up, set *password*, and sign its owner out everywhere; return this browser's device secret."""
    person, email = _owner(scope, key)
    password_hash = accounts.hash_changed_password(scope, person, password)
    _use_up(scope, key, person)
    accounts.set_password(scope, person, password_hash)
    sessions.end_all(scope, person.id, reason="password_reset")
    login.forget_browsers(scope, person.id)
    if email == person.email:
        scope.emit(AddressProved(user_id=person.id))
    scope.emit(PasswordWasReset(user_id=person.id))
    return login.know_this_device(scope, person.id)


def mail_sender(scope: Scope) -> str:
    """Whom the mail will come from, for the page that says to look for it."""
    return outbox.sender(scope)


def purge(scope: Scope) -> int:
    """Delete links that are too old; return how many."""
    old = delete(ResetLink).where(ResetLink.expires_at < scope.now).returning(ResetLink.user_id)
    return len(scope.db.scalars(old).all())


def _recipient(scope: Scope, payload: Mapping[str, Any]) -> tuple[Person | None, str]:
    """Who gets the link, and where. One chosen by `ask_for` gets none when the credentials changed once more."""
    email = str(payload["email"])
    if "user_id" not in payload:
        person = accounts.find(scope, email)
        return person, person.email if person else ""
    person = accounts.get(scope, payload["user_id"])
    return person if person and person.credential_version == payload["version"] else None, email


def _replace(scope: Scope, person: Person, email: str, *, made: Secrets) -> None:
    """Put the new link in place of the one before, which is dead from now on."""
    values = {
        "link": fingerprint(made.token),
        "browser": fingerprint(made.browser),
        "code": fingerprint(made.browser, made.code),
        "email": email,
        "credential_version": person.credential_version,
        "expires_at": scope.now + scope.config[PasswordResetConfig].link_lifetime,
    }
    upsert = insert_into(scope.db, ResetLink).values(user_id=person.id, **values)
    scope.db.execute(upsert.on_conflict_do_update(index_elements=[ResetLink.user_id], set_=values))


def _owner(scope: Scope, key: str) -> tuple[Person, str]:
    """The person a living link is for, and the address it was mailed to."""
    row = scope.read.execute(select(*_COLUMNS).where(_lives(scope, key))).first()
    person = accounts.get(scope, row.user_id) if row else None
    if row is None or person is None or not person.is_open or person.credential_version != row.credential_version:
        raise ResetLinkNotValid
    return person, row.email


def _use_up(scope: Scope, key: str, person: Person) -> None:
    """Delete the link. Of several at the same time one goes on; nor does one whose password was changed meanwhile."""
    gone = delete(ResetLink).where(_lives(scope, key)).returning(ResetLink.credential_version)
    version = scope.db.scalar(gone)
    now = accounts.get(scope, person.id)
    if now is None or not now.is_open or version != now.credential_version:
        raise ResetLinkNotValid


def _lives(scope: Scope, key: str) -> ColumnElement[bool]:
    return (ResetLink.link == key) & (ResetLink.expires_at > scope.now)
