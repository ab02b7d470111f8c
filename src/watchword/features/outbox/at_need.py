"""What carries mails and reads stored ones: loaded with the first of them. A page needs neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchword.core.later import Later

__all__ = ["carriers", "mailbox"]

if TYPE_CHECKING:
    from watchword.features.outbox import carriers, mailbox
else:
    carriers = Later("watchword.features.outbox.carriers", needs="smtplib")
    mailbox = Later("watchword.features.outbox.mailbox", needs="email")
