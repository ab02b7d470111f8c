"""What happens to phone numbers. A number is told masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event, FactorsChanged
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAdded(FactorsChanged):
    """*phone* is its handle."""

    name: ClassVar[str] = "sms_codes.phone_added"
    title: ClassVar[str] = N_("Phone number added")

    phone: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRemoved(FactorsChanged):
    name: ClassVar[str] = "sms_codes.phone_removed"
    title: ClassVar[str] = N_("Phone number removed")

    phone: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(Event):
    """A message was handed to the sender. *prefix* (`+49`) tells where the money goes."""

    name: ClassVar[str] = "sms_codes.message_sent"

    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAccepted(Event):
    """A code that was sent came back. Few of them beside many messages: somebody earns on what is sent."""

    name: ClassVar[str] = "sms_codes.code_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRefused(Event):
    """A cap was full: nothing was sent, and whoever asked was told nothing else than always."""

    name: ClassVar[str] = "sms_codes.message_refused"

    why: str
