"""What happens to second factors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAsked(Event):
    """An operator was asked to take the second factors away; at *until* they go."""

    name: ClassVar[str] = "two_factor.reset_asked"
    title: ClassVar[str] = N_("Removal of your second step asked for")

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAnnounced(Event):
    """The owner knows, and the delay begins. *by* is mail; or operator, who says that they were told otherwise."""

    name: ClassVar[str] = "two_factor.reset_announced"

    by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerReminded(Event):
    """Half of the delay is over: the owner is reminded."""

    name: ClassVar[str] = "two_factor.owner_reminded"

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetStopped(Event):
    """*by* is owner, operator or sign_in: then the factor was shown."""

    name: ClassVar[str] = "two_factor.reset_stopped"
    title: ClassVar[str] = N_("Removal of your second step stopped")

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetDone(FactorsChanged):
    name: ClassVar[str] = "two_factor.reset_done"
    title: ClassVar[str] = N_("Second step removed")

    reason: str
