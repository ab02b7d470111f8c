"""Where the text messages of a test go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flask import Flask

from watchword.features.sms_codes import numbers, phones
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.testing.people import change
from watchword.web.setup import setup_of


@dataclass
class SmsInbox:
    """A sender that keeps what it is given: number and text."""

    messages: list[tuple[str, str]] = field(default_factory=list)

    def send(self, number: str, text: str) -> None:
        self.messages.append((number, text))

    def to(self, number: str) -> list[str]:
        return [text for receiver, text in self.messages if receiver == number]

    def code(self, number: int = -1) -> str:
        """The six digits in a message."""
        found = re.search(r"\b(\d{6})\b", self.messages[number][1])
        assert found, self.messages[number]  # noqa: S101 - this is for tests
        return found.group(1)


def put_sms_sender(app: Flask, inbox: SmsInbox) -> None:
    """Let *app* send its text messages to *inbox* from now on; one that sends none goes on sending none."""
    setup = setup_of(app)
    settings = setup.tools.config
    if SmsCodesConfig not in settings or settings[SmsCodesConfig].sender is None:
        raise RuntimeError("this app sends no text messages: turn sms_codes on, with WATCHWORD_SMS_SENDER=console:")
    config = settings[SmsCodesConfig]
    setup.tools = replace(setup.tools, config=settings.with_(replace(config, sender=inbox)))


def add_phone(app: Flask, user_id: int, number: str = "+4915112345678") -> None:
    """Give *user_id* a number of one of the countries served, as if its code had come back."""
    with change(app) as scope:
        phones.put(scope, user_id, numbers.read(number, scope.config[SmsCodesConfig].countries))
