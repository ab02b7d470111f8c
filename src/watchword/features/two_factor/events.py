"""What happens to second factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event, FactorsChanged
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorAdded(FactorsChanged):
    """*authenticator* is its handle, *label* the name its owner gave it."""

    name: ClassVar[str] = "two_factor.authenticator_added"
    title: ClassVar[str] = N_("Authenticator app added")

    authenticator: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorRemoved(FactorsChanged):
    name: ClassVar[str] = "two_factor.authenticator_removed"
    title: ClassVar[str] = N_("Authenticator app removed")

    authenticator: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade(FactorsChanged):
    """A new set; the old one is dead."""

    name: ClassVar[str] = "two_factor.recovery_codes_made"
    title: ClassVar[str] = N_("New recovery codes made")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(Event):
    """*left* remain."""

    name: ClassVar[str] = "two_factor.recovery_code_used"
    title: ClassVar[str] = N_("Recovery code used")

    left: int
