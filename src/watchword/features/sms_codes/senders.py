"""Who sends text messages: what a host brings, or the terminal."""

from __future__ import annotations

import pkgutil
import sys
from typing import Protocol, runtime_checkable

CONSOLE = "console:"
EXAMPLE = "shop.sms:sender"


@runtime_checkable
class SmsSender(Protocol):
    """Hands one text message to whoever carries it."""

    def send(self, number: str, text: str) -> None:
        """Return when *text* was taken for *number* (E.164, `+4915112345678`). Whatever is raised: we try again, for as
        long as the code in it is good.
        """


class ConsoleSender:
    """Prints messages to the terminal: for development."""

    def send(self, number: str, text: str) -> None:
        sys.stdout.write(f"SMS to {number}\n{text}\n\n")
        sys.stdout.flush()


def sender_from(given: object) -> SmsSender | None:
    """The sender that a setting names: `console:`, `package.module:name`, or the thing itself; None for nothing."""
    if given is None:
        return None
    found = _named(given) if isinstance(given, str) else given
    if isinstance(found, type) or not isinstance(found, SmsSender):
        raise ValueError(f"must be {CONSOLE} or an object with send(number, text), such as {EXAMPLE}")  # noqa: TRY004
    return found


def _named(text: str) -> object:
    if text == CONSOLE:
        return ConsoleSender()
    if ":" not in text:
        raise ValueError(f"must be {CONSOLE} or package.module:name, such as {EXAMPLE}")
    try:
        return pkgutil.resolve_name(text)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"names nothing that can be loaded ({type(error).__name__}); write {EXAMPLE}") from None
