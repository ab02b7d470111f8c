"""A mail to be drawn and carried later, and those who carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Mail:
    """*template* is `feature/mail`; *context* is plain JSON; *locale* is the reader's language, None for the site's."""

    to: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    locale: str | None = None
    receipt: Mapping[str, Any] | None = None
    """The `job`, with its `payload`, that is posted once the next server has taken the mail."""


class Carrier(Protocol):
    """Hands one message over, or says why not."""

    def carry(self, message: EmailMessage) -> None:
        """Return when the next server has taken the message; raise MailDelayed or MailRefused otherwise."""


class MailDelayed(Exception):
    """Nobody took the mail this time; trying again later may help."""


class MailRefused(Exception):
    """The mail was refused for good; trying again does not help."""
