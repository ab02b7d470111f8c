"""What happens to passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event, FactorsChanged
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAdded(FactorsChanged):
    """`passkey` is its public handle, `label` the name its owner sees."""

    name: ClassVar[str] = "passkeys.added"
    title: ClassVar[str] = N_("Passkey added")

    passkey: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRenamed(Event):
    name: ClassVar[str] = "passkeys.renamed"
    title: ClassVar[str] = N_("Passkey renamed")

    passkey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRemoved(FactorsChanged):
    name: ClassVar[str] = "passkeys.removed"
    title: ClassVar[str] = N_("Passkey removed")

    passkey: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedPasskeyShown(Event):
    """Its counter went back: two devices hold the same key, and one of them may not be its owner's."""

    name: ClassVar[str] = "passkeys.copy_shown"
    title: ClassVar[str] = N_("Copied passkey refused")

    passkey: str
    label: str
