"""Add, list, rename and remove passkeys: what their owner does. Signing in with them is in `sign_in`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from watchword.core.db import insert_into, table_of
from watchword.core.has_row import HasRow
from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.core.tokens import is_handle, new_handle, new_token
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.passkeys import authenticators, challenges, keys, offer, options
from watchword.features.passkeys.at_need import verification
from watchword.features.passkeys.ceremony import HeldKey, NewKey, RelyingParty, Wanted, base64url
from watchword.features.passkeys.challenges import Reply
from watchword.features.passkeys.config import PasskeysConfig
from watchword.features.passkeys.errors import NameNotValid, PasskeyExists, PasskeyNotFound, TooManyPasskeys
from watchword.features.passkeys.events import PasskeyAdded, PasskeyRemoved, PasskeyRenamed
from watchword.features.passkeys.models import Passkey, PasskeyOwner
from watchword.features.sessions.visitor import SignedInUser

__all__ = [
    "Added",
    "RelyingParty",
    "add",
    "decline_offer",
    "drop",
    "drop_added_since",
    "get",
    "has_any",
    "is_offered",
    "keep",
    "known_to_devices",
    "list_for",
    "options_to_add",
    "purge",
    "remove",
    "rename",
    "undo_added",
    "user_handle",
]

MOST = 20
NEW_PASSKEYS = "20/hour"
LONGEST_NAME = 64
_PASSKEY = table_of(Passkey).c
has_any = HasRow(_PASSKEY.user_id)
purge = challenges.purge


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """One passkey as its owner sees it."""

    handle: str
    name: str
    synced: bool
    created_at: datetime
    used_at: datetime | None
    used_with: str


@dataclass(frozen=True, slots=True)
class Added:
    """A new passkey, and the new secret of the session that added it."""

    passkey: PasskeyView
    session: str


@dataclass(frozen=True, slots=True)
class KnownToDevices:
    """Whom devices know a user as, and which keys still hold, as their Signal API spells them."""

    user_handle: str
    accepted: tuple[str, ...]


def options_to_add(scope: Scope, user: SignedInUser, site: RelyingParty) -> tuple[dict[str, Any], str]:
    """What the browser needs to make a key for *user*, and the ticket to keep for its answer.

    Counted here, before a device makes a key in vain: each is mailed when it comes and when it goes, and many mails
    would bury the one that matters (RL-12). What goes needs no count: it came before, and its owner is never kept from
    that.
    """
    held = keys.of_user(scope, user.id)
    _need_room(held)
    scope.take(Rate.of(f"new_passkey:user:{user.id}", NEW_PASSKEYS))
    challenge, ticket = challenges.issue(scope, "register", user.session)
    handle = user_handle(scope, user.id)
    return options.to_add(_settings(scope), Wanted(site, challenge, held), user.username, user_handle=handle), ticket


def add(scope: Scope, user: SignedInUser, site: RelyingParty, *, reply: Reply) -> Added:
    """Keep the key in *reply* for *user*, named after what made it. A key that anybody holds is refused (WAN-06).

    Whoever added it could show it a moment later: the session says so at once, and nobody is asked for it twice.
    """
    answered = challenges.use_up(scope, reply, "register", holder=user.session)
    must_verify = _settings(scope).user_verification == "required"
    key = verification.new_key(site, answered, must_verify=must_verify)
    _one_at_a_time(scope, user.id)
    added = keep(scope, user.id, key)
    proof = keys.held_proof(backup_eligible=key.backup_eligible)
    return Added(added, login.confirmed(scope, user, proof))


def keep(scope: Scope, user_id: int, key: NewKey) -> PasskeyView:
    """Keep a checked *key* for *user_id*, whom the caller has locked."""
    _need_room(keys.of_user(scope, user_id))
    added = _insert(scope, user_id, key)
    scope.emit(PasskeyAdded(user_id=user_id, passkey=added.handle, label=added.name))
    return added


def list_for(scope: Scope, user_id: int) -> list[PasskeyView]:
    """The passkeys of *user_id*, oldest first."""
    rows = scope.read.execute(_VIEW.where(Passkey.user_id == user_id).order_by(Passkey.id))
    return [_view(row) for row in rows]


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """The passkeys by their names and times, for an export."""
    return {"passkeys": [asdict(view) for view in list_for(scope, user_id)]}


def get(scope: Scope, user_id: int, handle: str) -> PasskeyView:
    """One passkey of *user_id*; of somebody else's it says the same as of one that never was (AZ-02)."""
    row = scope.read.execute(_VIEW.where(_ours(user_id, handle))).first()
    if row is None:
        raise PasskeyNotFound
    return _view(row)


def known_to_devices(scope: Scope, user_id: int) -> KnownToDevices | None:
    """What devices should still hold for *user_id*; None when no device ever was told of them."""
    held = scope.read.scalar(select(PasskeyOwner.user_handle).where(PasskeyOwner.user_id == user_id))
    if held is None:
        return None
    accepted = tuple(base64url(key.credential_id) for key in keys.of_user(scope, user_id))
    return KnownToDevices(base64url(held.encode()), accepted)


def is_offered(scope: Scope, user_id: int) -> bool:
    """Whether a first passkey may be offered now: to who has none, and didn't say "not now" a short while ago."""
    return not has_any(scope, user_id) and offer.is_due(scope, user_id)


def decline_offer(scope: Scope, user_id: int) -> None:
    """Remember a "not now"."""
    user_handle(scope, user_id)
    offer.not_now(scope, user_id)


def rename(scope: Scope, user_id: int, handle: str, *, name: str) -> None:
    shown = name.strip()
    if not 1 <= len(shown) <= LONGEST_NAME or not shown.isprintable():
        raise NameNotValid(values={"count": LONGEST_NAME})
    renamed = update(Passkey).where(_ours(user_id, handle)).values(name=shown).returning(Passkey.id)
    if scope.db.scalar(renamed) is None:
        raise PasskeyNotFound
    scope.emit(PasskeyRenamed(user_id=user_id, passkey=handle))


def remove(scope: Scope, user_id: int, handle: str) -> None:
    """Remove a passkey, unless it is the last way its owner can sign in."""
    _one_at_a_time(scope, user_id)
    get(scope, user_id, handle)
    if len(keys.of_user(scope, user_id)) == 1:
        login.keep_a_way_in(scope, user_id, without="passkeys")
        _last_one_goes(scope, user_id)
    if not drop(scope, user_id, handle):
        raise PasskeyNotFound


def _last_one_goes(scope: Scope, user_id: int) -> None:
    """Where there is a second step: it may be required, and codes on paper stand in for nothing any more."""
    told = scope.tools.policies.get("last_of_a_factor_goes")
    if told is not None:
        told(scope, user_id)


def drop(scope: Scope, user_id: int, handle: str) -> bool:
    """Remove a passkey that may be an intruder's, last way in or not; whether it was there."""
    row = scope.db.execute(delete(Passkey).where(_ours(user_id, handle)).returning(Passkey.name)).first()
    if row is not None:
        scope.emit(PasskeyRemoved(user_id=user_id, passkey=handle, label=row.name))
    return row is not None


def drop_added_since(scope: Scope, user_id: int, moment: datetime) -> None:
    """Remove what was added since *moment*: it may be an intruder's."""
    young = select(Passkey.handle).where(Passkey.user_id == user_id, Passkey.created_at >= moment)
    for row in scope.read.execute(young).all():
        drop(scope, user_id, row.handle)


def undo_added(scope: Scope, user_id: int, facts: Mapping[str, Any]) -> None:
    """Take back what the mail about a new passkey told of: "that wasn't me"."""
    drop(scope, user_id, str(facts.get("passkey")))


def user_handle(scope: Scope, user_id: int) -> str:
    """What devices know the user by; made at the first passkey."""
    held = select(PasskeyOwner.user_handle).where(PasskeyOwner.user_id == user_id)
    found: str | None = scope.read.scalar(held)
    if found is None:
        accounts.lock(scope, user_id)
        made = insert_into(scope.db, PasskeyOwner).values(user_id=user_id, user_handle=new_token(), declined=0)
        scope.db.execute(made.on_conflict_do_nothing())
        found = scope.db.scalar(held)
    return str(found)


_VIEW = select(
    Passkey.handle,
    Passkey.name,
    Passkey.backup_eligible.label("synced"),
    Passkey.created_at,
    Passkey.used_at,
    Passkey.used_with,
)


def _view(row: Any) -> PasskeyView:
    return PasskeyView(**row._mapping)  # noqa: SLF001 - the documented way to a row's names


def _settings(scope: Scope) -> PasskeysConfig:
    return scope.config[PasskeysConfig]


def _ours(user_id: int, handle: str) -> ColumnElement[bool]:
    if not is_handle(handle):
        raise PasskeyNotFound
    return (Passkey.handle == handle) & (Passkey.user_id == user_id)


def _need_room(held: list[HeldKey]) -> None:
    if len(held) >= MOST:
        raise TooManyPasskeys(values={"count": MOST})


def _one_at_a_time(scope: Scope, user_id: int) -> None:
    """Of two changes to one user's passkeys the second waits: two removals at once would else take the last way in."""
    accounts.lock(scope, user_id)


def _insert(scope: Scope, user_id: int, key: NewKey) -> PasskeyView:
    values = {
        "handle": new_handle(),
        "user_id": user_id,
        "credential_id": key.credential_id,
        "public_key": key.public_key,
        "sign_count": key.sign_count,
        "user_verified": key.user_verified,
        "backup_eligible": key.backup_eligible,
        "backed_up": key.backed_up,
        "aaguid": key.aaguid,
        "transports": " ".join(key.transports),
        "name": authenticators.name_of(key.aaguid),
        "created_at": scope.now,
        "used_with": "",
    }
    made = insert_into(scope.db, Passkey).values(values).on_conflict_do_nothing().returning(*_VIEW.selected_columns)
    row = scope.db.execute(made).first()
    if row is None:
        raise PasskeyExists
    return _view(row)
