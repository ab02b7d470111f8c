"""What people change about themselves. No event carries an address: the audit log outlives the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchword.core.events import Event
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChangeAsked(Event):
    """A new address waits to be confirmed; `change` is the public name of the wish."""

    name: ClassVar[str] = "my_account.address_change_asked"
    title: ClassVar[str] = N_("Change of email address asked for")

    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanged(Event):
    """Stated before the new address is in place, so that it is told to the old one."""

    name: ClassVar[str] = "my_account.address_changed"
    title: ClassVar[str] = N_("Email address changed")

    change: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRestored(Event):
    """The owner took a change of address back."""

    name: ClassVar[str] = "my_account.address_restored"
    title: ClassVar[str] = N_("Change of email address taken back")

    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressNotRestored(Event):
    """The owner took a change of address back, but another account has the old address by now: the account has none."""

    name: ClassVar[str] = "my_account.address_not_restored"
    title: ClassVar[str] = N_("Change of email address could not be taken back")

    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNameChanged(Event):
    name: ClassVar[str] = "my_account.user_name_changed"
    title: ClassVar[str] = N_("User name changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosing(Event):
    """The owner closed the account; until then signing in brings it back."""

    name: ClassVar[str] = "my_account.closing_asked"
    title: ClassVar[str] = N_("Account closed")

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKept(Event):
    """An account that was about to close stays."""

    name: ClassVar[str] = "my_account.closing_taken_back"
    title: ClassVar[str] = N_("Closing of the account taken back")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataExported(Event):
    """Everything held about the person was handed to who is signed in."""

    name: ClassVar[str] = "my_account.data_exported"
    title: ClassVar[str] = N_("Data exported")
