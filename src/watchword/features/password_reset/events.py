"""What happens on the way back in. What is stated while asking says nothing about the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAsked(Event):
    """Somebody typed an address, known or not."""

    name: ClassVar[str] = "password_reset.asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetLinkSent(Event):
    """A link was mailed to the owner of an account."""

    name: ClassVar[str] = "password_reset.link_sent"
    title: ClassVar[str] = N_("Password reset asked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordWasReset(Event):
    name: ClassVar[str] = "password_reset.done"
    title: ClassVar[str] = N_("Password reset by mail")
