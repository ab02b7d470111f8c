"""What happens to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreated(Event):
    name: ClassVar[str] = "accounts.user_created"
    title: ClassVar[str] = N_("Account created")

    is_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    name: ClassVar[str] = "accounts.password_changed"
    title: ClassVar[str] = N_("Password changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordWithdrawn(Event):
    """The password opens nothing any more: its owner said that somebody else was in."""

    name: ClassVar[str] = "accounts.password_closed"
    title: ClassVar[str] = N_("Password closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProved(Event):
    """The person showed that mail to this address reaches them."""

    name: ClassVar[str] = "accounts.address_proved"
    title: ClassVar[str] = N_("Email address confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(Event):
    """Closed for good: nothing about the person is left but events like this one."""

    name: ClassVar[str] = "accounts.account_closed"
