"""Read the mails that a `FileCarrier` put into a folder, for the mailbox page of development."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

MOST_SHOWN = 200
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail as it would have been sent."""

    id: str
    subject: str
    to: str
    sent_at: datetime
    text: str
    html: str


def newest(folder: Path) -> list[StoredMail]:
    """The mails in *folder*, newest first."""
    files = [path for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)]
    files.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_read(path) for path in files[:MOST_SHOWN]]


def find(folder: Path, name: str) -> StoredMail | None:
    """The mail called *name*, which a visitor typed: nothing but our own file names is looked for."""
    path = folder / f"{name}.eml"
    return _read(path) if _NAME.fullmatch(name) and path.is_file() else None


def _read(path: Path) -> StoredMail:
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    sent_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return StoredMail(
        id=path.stem,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        sent_at=sent_at,
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
