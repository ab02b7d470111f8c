"""Tell owners what happened to their account, and take it back when they say it wasn't them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.orm import aliased

from watchword.core.errors import AuthError
from watchword.core.events import Event
from watchword.core.feature import Notice
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_token
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.notices.addresses import BEFORE, rightful
from watchword.features.notices.config import NoticesConfig
from watchword.features.notices.errors import SecureLinkNotValid
from watchword.features.notices.events import AccountSecured
from watchword.features.notices.models import SecureLink
from watchword.features.password_reset import service as password_reset
from watchword.features.sessions import service as sessions

log = logging.getLogger("watchword.notices")

JOB = "notices.mail"
LEFT = "notices.left"
LINK = "secure link"
SEALED = "secure link facts"
LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a notice tells, and all that is needed to take it back. Plain JSON.

    *to* is the address that was proved before. *version* is that of the credentials for which alone a link is good,
    None for a mailed one: its owner answers it whatever an intruder changed meanwhile.
    """

    event: str
    mail: str
    undo: str | None
    user_id: int
    username: str
    to: str
    when: str
    ip: str
    user_agent: str
    facts: dict[str, object]
    version: int | None = None

    @property
    def happened_at(self) -> datetime:
        return datetime.fromisoformat(self.when)


@dataclass(frozen=True, slots=True)
class Secured:
    """Where the way back leads: *browser* is the secret of the browser that may type the mailed code.

    Told honestly: whether what the notice told of is undone, and whether the account's address is the one of before.
    """

    browser: str
    email: str
    is_undone: bool
    address_is_back: bool


def hear(scope: Scope, event: Event) -> None:
    """Leave a job for each notice of *event*, in the transaction of the change. The address is the one of now: a later
    change of address must not lead this mail elsewhere, unless its owner takes this one back.
    """
    wanted = [notice for each in scope.tools.features for notice in each.notices if isinstance(event, notice.event)]
    silenced = scope.config[NoticesConfig].silenced
    for notice in wanted:
        if event.user_id is not None and notice.mail not in silenced:
            _post(scope, event, notice)


def send(scope: Scope, payload: Mapping[str, Any], link_to: Callable[[str], str], *, place: str) -> None:
    """The worker's part: make the link, and mail what happened. Nothing about somebody who is gone.

    A notice that waited while the account was taken back goes to its owner, not to the address put in place since: so
    the user is locked, and whoever takes it back at this moment is waited for.
    """
    told = Told(**payload)
    person = accounts.get_locked(scope, told.user_id)
    if person is None or not person.is_open:  # the row of a closed account stays, and nothing of the person may
        return
    told = replace(told, to=rightful(scope, person, told.to, when=told.happened_at))
    link = link_to(new_link(scope, told))
    seen = {"when": told.when, "ip": told.ip, "user_agent": told.user_agent, "place": place}
    context = {**told.facts, **seen, "username": told.username, "secure_link": link}
    scope.send(Mail(told.to, told.mail, context, receipt=_receipt(scope, told)))


def hear_left(scope: Scope, payload: Mapping[str, Any]) -> None:
    """A notice left: whoever waits for that is told."""
    for notice in _notices_of(scope, str(payload["mail"])):
        if notice.left is not None:
            notice.left(scope, int(payload["user_id"]), datetime.fromisoformat(payload["when"]))


def new_link(scope: Scope, told: Told) -> str:
    """The token of a link that takes back what is *told*, for a week from when it happened."""
    token = new_token()
    sealed = scope.keys.encrypt(json.dumps(asdict(told)).encode(), SEALED)
    row = {"link": fingerprint(token), "user_id": told.user_id, "happened_at": told.happened_at, "sealed": sealed}
    scope.db.execute(insert(SecureLink).values(**row, expires_at=told.happened_at + LIFETIME))
    return scope.keys.sign(token, LINK)


def find(scope: Scope, signed: str) -> Told:
    """What the notice told of; raises SecureLinkNotValid. Uses nothing up."""
    row = scope.read.execute(select(SecureLink.sealed).where(*_is_good(scope, _key_of(scope, signed)))).first()
    told = _opened(scope, row.sealed if row else None)
    _check_reader(scope, told)
    return told


def secure(scope: Scope, signed: str) -> Secured:
    """Take the account back: undo what the notice told of, drop what was added since, sign everybody out, close the
    password, and mail a link for a new one to the address that was proved before.

    Whoever changed the account got notices too. So nothing that happened between the undone event and the end of this,
    nor what was mailed to an address that is taken back, can be used the same way: two at the same moment wait for
    each other. The address comes first, so that nothing of the undoing is told to whoever put theirs in place.
    """
    told, key = find(scope, signed), _key_of(scope, signed)
    accounts.lock(scope, told.user_id)
    _check_reader(scope, told)
    _use_up(scope, key)
    _restore_address(scope, told)
    refused = _undo(scope, told)
    _throw_out(scope, told)
    undone = "" if refused else told.undo or ""
    scope.emit(AccountSecured(user_id=told.user_id, happened=told.event, undone=undone, refused=refused))
    _use_up_till_now(scope, key)
    return _way_back(scope, told, is_undone=not refused)


def purge(scope: Scope) -> int:
    """Delete links that are too old; return how many."""
    old = delete(SecureLink).where(SecureLink.expires_at < scope.now).returning(SecureLink.link)
    return len(scope.db.scalars(old).all())


def _post(scope: Scope, event: Event, notice: Notice) -> None:
    person = accounts.get(scope, event.user_id or 0)
    if person is None or not person.has_address:
        return
    caller = scope.caller
    told: dict[str, object] = {
        "event": event.name,
        "mail": notice.mail,
        "undo": notice.undo,
        "user_id": person.id,
        "username": person.username,
        "to": person.email,
        "when": scope.now.isoformat(),
        "ip": caller.ip,
        "user_agent": caller.user_agent,
        "facts": {name: _plain(value) for name, value in event.facts().items()},
    }
    scope.post(JOB, told)


def _receipt(scope: Scope, told: Told) -> dict[str, object] | None:
    if not any(notice.left for notice in _notices_of(scope, told.mail)):
        return None
    return {"job": LEFT, "payload": {"mail": told.mail, "user_id": told.user_id, "when": told.when}}


def _notices_of(scope: Scope, mail: str) -> list[Notice]:
    return [notice for each in scope.tools.features for notice in each.notices if notice.mail == mail]


def _plain(value: object) -> object:
    """*value* as JSON can hold it."""
    match value:
        case datetime():
            return value.isoformat()
        case frozenset() | set():
            return sorted(map(str, value))
    return value


def _key_of(scope: Scope, signed: str) -> str:
    """The key of the link that *signed* was mailed as. A forged one costs no look."""
    token = scope.keys.unsign(signed, LINK, int(LIFETIME.total_seconds()) + 3600)
    if not isinstance(token, str):
        raise SecureLinkNotValid
    return fingerprint(token)


def _is_good(scope: Scope, key: str) -> tuple[ColumnElement[bool], ...]:
    """Not used, not old, and not of an event that a used one made worthless: one between its event and its use."""
    used = aliased(SecureLink)
    span = (used.user_id == SecureLink.user_id, used.used_at >= SecureLink.happened_at)
    later = exists().where(*span, used.happened_at <= SecureLink.happened_at)
    return (SecureLink.link == key, SecureLink.expires_at > scope.now, SecureLink.used_at.is_(None), ~later)


def _use_up(scope: Scope, key: str) -> None:
    """Mark the link used. Of several at the same time one goes on."""
    used = {"used_at": scope.now, "expires_at": scope.now + LIFETIME}
    done = update(SecureLink).where(*_is_good(scope, key)).values(used).returning(SecureLink.link)
    if scope.db.scalar(done) is None:
        raise SecureLinkNotValid


def _use_up_till_now(scope: Scope, key: str) -> None:
    """Let the use last until now: the notices of the undoing itself, which lie within, are then worthless, too."""
    scope.db.execute(update(SecureLink).where(SecureLink.link == key).values(used_at=scope.now))


def _check_reader(scope: Scope, told: Told) -> None:
    """Raise SecureLinkNotValid if the link went to an address that is taken back by now, for whoever reads mail there
    put it in place; or to a session, and its credentials are no longer those of today.
    """
    person = accounts.get(scope, told.user_id)
    if person is None or rightful(scope, person, told.to, when=told.happened_at) != told.to:
        raise SecureLinkNotValid
    if told.version not in {None, person.credential_version}:
        raise SecureLinkNotValid


def _opened(scope: Scope, sealed: bytes | None) -> Told:
    plain = scope.keys.decrypt(sealed, SEALED) if sealed else None
    if plain is None:
        raise SecureLinkNotValid
    return Told(**json.loads(plain))


def _restore_address(scope: Scope, told: Told) -> None:
    """Put the address of before in place. One that somebody else has by now stops nothing; the owner is told."""
    restore = scope.tools.policies.get("restore_address")
    if restore is not None:
        restore(scope, told.user_id, told.happened_at - BEFORE, reader=told.to)


def _undo(scope: Scope, told: Told) -> str:
    """Take back what the notice told of; return the code of why not, or "". It stops nothing else."""
    try:
        for feature in scope.tools.features:
            if told.undo and told.undo in feature.undoes:
                feature.undoes[told.undo](scope, told.user_id, told.facts)
    except AuthError as refusal:
        log.warning("%s was not undone: %s", told.event, refusal.code)
        return refusal.code
    return ""


def _throw_out(scope: Scope, told: Told) -> None:
    """Leave nothing to whoever came in: no factor added since, no session, no known browser, no password."""
    for feature in scope.tools.features:
        if feature.drop_added_since is not None:
            feature.drop_added_since(scope, told.user_id, told.happened_at - BEFORE)
    sessions.end_all(scope, told.user_id, reason="account_secured")
    login.forget_browsers(scope, told.user_id)
    accounts.withdraw_password(scope, told.user_id)


def _way_back(scope: Scope, told: Told, *, is_undone: bool) -> Secured:
    """Mail a link for a new password, to the address of before."""
    person = accounts.get(scope, told.user_id)
    browser = password_reset.ask_for(scope, told.user_id, told.to)
    is_back = person is not None and person.email == told.to
    return Secured(browser, told.to, is_undone=is_undone, address_is_back=is_back)
