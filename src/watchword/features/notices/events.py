"""What happens when an owner says "this wasn't me"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSecured(Event):
    """`undone` is what was taken back, "" for nothing; `refused` is the code of why what should be was not, "" if it
    was; `happened` names the event the notice told of.
    """

    name: ClassVar[str] = "notices.account_secured"
    title: ClassVar[str] = N_("Account secured by its owner")

    happened: str
    undone: str
    refused: str
