"""Where the mails of a test go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Mailbox:
    """A carrier that keeps what it is given."""

    mails: list[EmailMessage] = field(default_factory=list)

    def carry(self, message: EmailMessage) -> None:
        self.mails.append(message)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == address]

    def text(self, number: int = -1) -> str:
        """The plain text of one mail."""
        body = self.mails[number].get_body(("plain",))
        return str(body.get_content()) if body else ""

    def link(self, number: int = -1) -> str:
        """The first address in a mail, without scheme and host."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.text(number))
        assert found, self.text(number)  # noqa: S101 - this is for tests
        return found.group(1)

    def code(self, number: int = -1) -> str:
        """The eight digits in a mail."""
        found = re.search(r"\b(\d{4} ?\d{4})\b", self.text(number))
        assert found, self.text(number)  # noqa: S101 - this is for tests
        return found.group(1).replace(" ", "")
