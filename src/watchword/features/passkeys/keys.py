"""The keys we hold: whose they are, what one of them signed just now, and the note of its use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.passkeys.at_need import verification
from watchword.features.passkeys.ceremony import Answer, Answered, Assertion, HeldKey, RelyingParty
from watchword.features.passkeys.config import PasskeysConfig
from watchword.features.passkeys.errors import PasskeyNotAccepted, PasskeyUnknown
from watchword.features.passkeys.events import CopiedPasskeyShown
from watchword.features.passkeys.models import Passkey, PasskeyOwner


@dataclass(frozen=True, slots=True)
class Key:
    """What we keep of a key. `user_handle` is what its device knows the user by."""

    handle: str
    name: str
    user_id: int
    user_handle: str
    public_key: bytes
    backup_eligible: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A key of ours, and what its device signed just now."""

    key: Key
    signed: Assertion

    @property
    def proofs(self) -> frozenset[str]:
        """What it proves, by RFC 8176. `user`: the device verified its owner."""
        held = held_proof(backup_eligible=self.key.backup_eligible)
        return frozenset({held, "user"} if self.signed.user_verified else {held})


def held_proof(*, backup_eligible: bool) -> str:
    """The name of holding a key: one that can be synced is kept by software."""
    return "swk" if backup_eligible else "hwk"


def of_user(scope: Scope, user_id: int) -> list[HeldKey]:
    """The keys of *user_id*, as browsers are told of them."""
    rows = scope.read.execute(select(Passkey.credential_id, Passkey.transports).where(Passkey.user_id == user_id))
    return [HeldKey(row.credential_id, tuple(row.transports.split())) for row in rows]


def check(scope: Scope, site: RelyingParty, answered: Answered) -> Shown:
    """The key that signed for *site*; raises PasskeyNotAccepted or PasskeyUnknown. Changes nothing.

    A closed account is refused like a wrong signature (WAN-09). The counter is checked by `note_use`.
    """
    key = _find(scope, answered.answer)
    must_verify = scope.config[PasskeysConfig].user_verification == "required"
    signed = verification.assertion(site, answered, public_key=key.public_key, must_verify=must_verify)
    told = verification.user_handle(answered.answer)
    person = accounts.get(scope, key.user_id)
    if signed.backup_eligible != key.backup_eligible or told not in {None, key.user_handle}:
        raise PasskeyNotAccepted
    if person is None or not person.is_open:
        raise PasskeyNotAccepted
    return Shown(key, signed)


def note_use(scope: Scope, shown: Shown) -> None:
    """Move the counter forward, in one statement. One that stands still or goes back tells of a copy: refused (WAN-04).

    Keys that are synced don't count; theirs stays 0. The row is known by its handle: an id may be given away again.
    """
    count = shown.signed.sign_count
    forward = (Passkey.sign_count < count) if count else (Passkey.sign_count == 0)
    used = {
        "sign_count": count,
        "user_verified": Passkey.user_verified | shown.signed.user_verified,
        "backed_up": shown.signed.backed_up,
        "used_at": scope.now,
        "used_with": scope.caller.user_agent[:256],
    }
    moved = update(Passkey).where(Passkey.handle == shown.key.handle, forward).values(used).returning(Passkey.id)
    if scope.db.scalar(moved) is None:
        key = shown.key
        if scope.db.scalar(select(Passkey.id).where(Passkey.handle == key.handle)) is None:
            raise PasskeyUnknown  # taken away meanwhile: that is no copy
        scope.emit(CopiedPasskeyShown(user_id=key.user_id, passkey=key.handle, label=key.name))
        raise PasskeyNotAccepted


def _find(scope: Scope, answer: Answer) -> Key:
    columns = (
        Passkey.handle,
        Passkey.name,
        Passkey.user_id,
        PasskeyOwner.user_handle,
        Passkey.public_key,
        Passkey.backup_eligible,
    )
    named = Passkey.credential_id == verification.credential_id(answer)
    joined = select(*columns).join(PasskeyOwner, PasskeyOwner.user_id == Passkey.user_id)
    row = scope.read.execute(joined.where(named)).first()
    if row is None:
        raise PasskeyUnknown
    return Key(**row._mapping)  # noqa: SLF001 - the documented way to a row's names
