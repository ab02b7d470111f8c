"""Find people, check and set their passwords, add new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, aliased

from watchword.core.db import insert_into, table_of
from watchword.core.legacy_hashes import knows_all_of
from watchword.core.limits import Rate
from watchword.core.prepared import Prepared
from watchword.core.scope import Scope
from watchword.core.tokens import new_handle
from watchword.features.accounts.addresses import LONGEST, Address, address_key, limit_key
from watchword.features.accounts.closing import close_due, closes_at, is_about_to_close, start_closing, stop_closing
from watchword.features.accounts.errors import CredentialsChanged
from watchword.features.accounts.events import PasswordChanged, PasswordWithdrawn, UserCreated
from watchword.features.accounts.models import User
from watchword.features.accounts.names import UserName, user_name_key
from watchword.features.accounts.new_passwords import (
    Verdict,
    hash_new_password,
    judge_new_password,
    minimum_length,
    must_be_replaced,
    suggest_passphrase,
)
from watchword.features.accounts.password_rules import prepare
from watchword.features.accounts.reached import NO_ADDRESS, Reached, told_without_stand_ins

__all__ = [
    "Person",
    "Reached",
    "User",
    "Verdict",
    "add",
    "close_due",
    "closes_at",
    "find",
    "get",
    "get_locked",
    "get_public",
    "hash_changed_password",
    "hash_new_password",
    "held_about",
    "holder_of_address",
    "is_about_to_close",
    "judge_new_password",
    "lock",
    "minimum_length",
    "must_be_replaced",
    "password_changed_at",
    "prepare",
    "replace_hash",
    "set_address",
    "set_password",
    "set_user_name",
    "start_closing",
    "stop_closing",
    "suggest_passphrase",
    "told_without_stand_ins",
    "typed_key",
    "upgraded_hash",
    "user_name_is_taken",
    "verify",
    "withdraw_address",
    "withdraw_password",
]


CHANGE_RATE = "60/minute"


@dataclass(frozen=True, slots=True)
class Person(Reached):
    """What other features may know of a user without holding the row."""

    id: int
    public_id: str
    username: str
    email: str
    password_hash: str | None
    credential_version: int
    is_open: bool


_USER = table_of(User).c
_PERSON = select(
    _USER.id,
    _USER.public_id,
    _USER.username,
    _USER.email,
    _USER.password_hash,
    _USER.credential_version,
    _USER.closed_at.is_(None).label("is_open"),
)
_BY_ID = Prepared(_PERSON.where(_USER.id == bindparam("key")))
_BY_PUBLIC_ID = _PERSON.where(_USER.public_id == bindparam("key"))
_LOCKED = Prepared(_BY_ID.statement.with_for_update(key_share=True))
_BY_ADDRESS = Prepared(_PERSON.where(_USER.email_key == bindparam("key")))
_BY_NAME = Prepared(_PERSON.where(_USER.username_key == bindparam("key")))


def find(scope: Scope, identifier: str) -> Person | None:
    """The person with this address or user name, in any spelling. One statement, found or not."""
    text = identifier.strip()
    if "@" in text:
        return _one(scope, _BY_ADDRESS, address_key(text) or "")
    return _one(scope, _BY_NAME, user_name_key(text) or "")


def typed_key(identifier: str) -> str:
    """One key for all spellings of what somebody typed to sign in, whether anybody has it or not. Only for limits."""
    text = identifier.strip()
    if "@" in text:
        return limit_key(text)
    return user_name_key(text) or text[:LONGEST].casefold()


def get(scope: Scope, user_id: int) -> Person | None:
    return _one(scope, _BY_ID, user_id)


def get_public(scope: Scope, public_id: str) -> Person | None:
    return _person(scope.read.execute(_BY_PUBLIC_ID, {"key": public_id}).first())


def get_locked(scope: Scope, user_id: int) -> Person | None:
    """The same inside the open change, which others who change this user wait for."""
    return _person(_LOCKED.first(scope.db, key=user_id))


def password_changed_at(scope: Scope, user_id: int) -> datetime | None:
    """When the password was set; None for who has none."""
    has_one = (User.id == user_id, User.password_hash.is_not(None))
    found: datetime | None = scope.read.scalar(select(User.password_changed_at).where(*has_one))
    return found


def holder_of_address(scope: Scope, address: Address) -> Person | None:
    return _one(scope, _BY_ADDRESS, address.key)


def user_name_is_taken(scope: Scope, name: UserName) -> bool:
    return scope.read.scalar(select(User.id).where(User.username_key == name.key)) is not None


def held_about(scope: Scope, user_id: int) -> dict[str, object]:
    """What the record says about its person, for an export."""
    columns = (User.public_id, User.username, User.email, User.created_at, User.password_changed_at, User.closes_at)
    row = scope.read.execute(select(*columns).where(User.id == user_id)).mappings().first()
    return {"account": told_without_stand_ins({**(row or {})})}


def verify(scope: Scope, person: Person | None, password: str) -> bool:
    """Check against the person's hash, or against a decoy: nobody, no password and closed cost the same."""
    matches = scope.hasher.verify(person.password_hash if person else None, prepare(password))
    return matches and person is not None and person.is_open


def upgraded_hash(scope: Scope, person: Person, password: str) -> str | None:
    """A hash with today's parameters when the stored one is older. Made before the change, with nothing open.

    None, too, where the old one can't vouch for all of *password*: a slip at its end would become a part of it.
    """
    stored, ready = person.password_hash, prepare(password)
    if stored is None or not scope.hasher.outdated(stored) or not knows_all_of(stored, ready.encode()):
        return None
    return scope.hasher.hash(ready)


def replace_hash(scope: Scope, person: Person, password_hash: str) -> None:
    """Store an upgraded hash of the same password, unless the password was changed meanwhile."""
    unchanged = User.password_hash == person.password_hash
    scope.db.execute(update(User).where(User.id == person.id, unchanged).values(password_hash=password_hash))


def hash_changed_password(scope: Scope, person: Person, password: str) -> str:
    """Check *password* against the rules for *person* and return its hash. Limited by the caller's address: an estimate
    costs as much as a hash, and a password that is refused uses up neither link nor session (RL-15).
    """
    scope.take(Rate.of(f"changed_password:ip:{scope.caller.ip}", CHANGE_RATE))
    return hash_new_password(scope, password, person.username, person.email, user_id=person.id)


def set_password(scope: Scope, person: Person, password_hash: str) -> None:
    """Put *password_hash* in place, unless *person*'s credentials changed since they were read: hashing takes a while,
    and of a thief's change and the owner's reset the later hash must not win. The caller ends sessions.
    """
    values = {"password_hash": password_hash, "password_changed_at": scope.now}
    unchanged = (User.id == person.id, User.credential_version == person.credential_version)
    done = update(User).where(*unchanged).values(**values, credential_version=User.credential_version + 1)
    if scope.db.scalar(done.returning(User.id)) is None:
        scope.undo()
        raise CredentialsChanged
    scope.emit(PasswordChanged(user_id=person.id))


def withdraw_password(scope: Scope, user_id: int) -> None:
    """No password opens the account any more, until one is set by a mailed link. The caller ends sessions."""
    gone = {"password_hash": None, "credential_version": User.credential_version + 1}
    scope.db.execute(update(User).where(User.id == user_id).values(gone))
    scope.emit(PasswordWithdrawn(user_id=user_id))


def set_address(scope: Scope, user_id: int, address: Address) -> bool:
    """Put a proved address in place, and whatever was bound to the old one is dead; False when somebody else has it."""
    values = {
        "email": address.typed,
        "email_key": address.key,
        "credential_version": User.credential_version + 1,
    }
    return _change_unique(scope, user_id, values, key=User.email_key)


def withdraw_address(scope: Scope, user_id: int) -> bool:
    """Take the address away, in favour of one that nobody reads; False for who has none already."""
    nobodys = f"{new_handle()}{NO_ADDRESS}"
    gone = {"email": nobodys, "email_key": nobodys, "credential_version": User.credential_version + 1}
    has_one = (User.id == user_id, ~User.email_key.endswith(NO_ADDRESS))
    return scope.db.scalar(update(User).where(*has_one).values(gone).returning(User.id)) is not None


def set_user_name(scope: Scope, user_id: int, name: UserName) -> bool:
    """Put a user name in place; False when somebody else has it."""
    return _change_unique(scope, user_id, {"username": name.typed, "username_key": name.key}, key=User.username_key)


def lock(scope: Scope, user_id: int) -> None:
    """Let others who change this user wait until our change is done. Taken before any other row.

    Not those who merely refer to the user: a host that adds a row of its own first would wait for itself in a second
    request, and that one for the first.
    """
    scope.db.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def add(
    scope: Scope, name: UserName, address: Address, *, password_hash: str | None, is_admin: bool = False
) -> int | None:
    """Add a person whose address is proved; return the id, or None when the name or the address is taken."""
    values: dict[str, Any] = {
        "public_id": new_handle(),
        "username": name.typed,
        "username_key": name.key,
        "email": address.typed,
        "email_key": address.key,
        "password_hash": password_hash,
        "credential_version": 1,
        "is_admin": is_admin,
        "created_at": scope.now,
        "password_changed_at": scope.now,
    }
    upsert = insert_into(scope.db, User).values(values)
    user_id: int | None = scope.db.scalar(upsert.on_conflict_do_nothing().returning(User.id))
    if user_id is not None:
        scope.emit(UserCreated(user_id=user_id, is_admin=is_admin))
    return user_id


def _change_unique(scope: Scope, user_id: int, values: Mapping[str, Any], *, key: InstrumentedAttribute[str]) -> bool:
    """Of two who want the same at the same moment one gets it; what the other wrote before stands."""
    other = aliased(User)
    taken = exists().where(getattr(other, key.key) == values[key.key], other.id != user_id)
    changed = update(User).where(User.id == user_id, ~taken).values(**values).returning(User.id)
    try:
        with scope.attempt():
            return scope.db.scalar(changed) is not None
    except IntegrityError:
        return False


def _one(scope: Scope, wanted: Prepared, key: str | int) -> Person | None:
    return _person(wanted.first(scope.read, key=key))


def _person(row: Sequence[Any] | None) -> Person | None:
    return None if row is None else Person(*row)
