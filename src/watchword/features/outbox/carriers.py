"""Who carries mails: an SMTP server, a folder, the terminal.

A carrier raises `MailDelayed(code)` or `MailRefused(code)`: the server's number only, for its words may repeat an
address.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import smtplib
import ssl
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NoReturn

from watchword.core.mail import Carrier, MailDelayed, MailRefused
from watchword.core.tokens import fingerprint
from watchword.features.outbox import mail_url
from watchword.features.outbox.mail_url import MailUrl

log = logging.getLogger("watchword.outbox")

_ABOUT_US = frozenset({530, 534, 535, 538, 454})  # the server wants another sign-in of ours: not the mail's fault
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def carrier_for(url: str, instance: Path, *, timeout: float = 10.0) -> Carrier:
    """The carrier that *url* names; relative folders lie in *instance*. ValueError, without the value, for nonsense."""
    where = mail_url.parse(url)
    match where.kind:
        case "smtp":
            return SmtpCarrier(where, timeout=timeout)
        case "console":
            return ConsoleCarrier()
        case "file":
            return FileCarrier(instance / where.folder)
        case "mailbox":
            return FileCarrier(instance / "mailbox")


class SmtpCarrier:
    """Hands mails to an SMTP server (RFC 5321). Certificates are checked; without the TLS asked for nothing is sent."""

    def __init__(self, where: MailUrl, *, timeout: float = 10.0, context: ssl.SSLContext | None = None) -> None:
        self._where = where
        self._timeout = timeout
        self._context = context or ssl.create_default_context()

    def __repr__(self) -> str:
        return f"SmtpCarrier({self._where.host}:{self._where.port}, tls={self._where.tls})"

    def carry(self, message: EmailMessage) -> None:
        try:
            server = self._connect(message["From"].addresses[0].domain)
        except (smtplib.SMTPException, OSError) as error:
            self._not_reached(error)
        try:
            server.send_message(message)
        except smtplib.SMTPNotSupportedError as error:  # an address that only a server with SMTPUTF8 can take
            raise MailRefused from error
        except (smtplib.SMTPException, OSError) as error:
            _not_taken(error)
        finally:
            _leave(server)

    def _connect(self, domain: str) -> smtplib.SMTP:
        """A server we may hand the mail to: encrypted and signed in, as asked. We greet it with our *domain*."""
        where = self._where
        # Left alone, smtplib would ask the DNS for this machine's name, wait for it, and tell it to the server.
        to: dict[str, Any] = {
            "host": where.host,
            "port": where.port,
            "local_hostname": domain,
            "timeout": self._timeout,
        }
        if where.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(**to, context=self._context)
        else:
            server = smtplib.SMTP(**to)
        try:
            if where.tls == "starttls":
                server.starttls(context=self._context)  # raises when the server has none: no silent fall back
            if where.user or where.password:
                server.login(where.user, where.password)
        except BaseException:
            server.close()
            raise
        return server

    def _not_reached(self, error: Exception) -> NoReturn:
        """A server that is away, speaks no TLS or doesn't know us says nothing about the mail: try again later."""
        code = _code_of(error)
        log.warning("mail server %s:%d: %s %s", self._where.host, self._where.port, type(error).__name__, code or "")
        raise MailDelayed(*filter(None, [code])) from error


def _not_taken(error: Exception) -> NoReturn:
    code = _code_of(error)
    if 500 <= code <= 599 and code not in _ABOUT_US:
        raise MailRefused(code) from error
    raise MailDelayed(*filter(None, [code])) from error


def _code_of(error: Exception) -> int:
    """The server's answer in numbers, or 0."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return min(codes, default=0)  # one that may be taken later is a reason to try again
    code = getattr(error, "smtp_code", 0)
    return code if isinstance(code, int) and code > 0 else 0


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye. Trouble here must not count: the mail was taken, and would be sent twice."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


class FileCarrier:
    """Puts each mail into a folder as one `.eml` file that only we can read. The same mail again replaces its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, message: EmailMessage) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(f"{fingerprint(str(message['Message-ID']))[:32]}.eml", message.as_bytes())
        except OSError as error:
            log.warning("mail folder: %s %s", type(error).__name__, error.errno)
            raise MailDelayed from error

    def _write(self, name: str, content: bytes) -> None:
        """Readers see the whole file or none."""
        draft = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            draft.replace(self.folder / name)
        finally:
            draft.unlink(missing_ok=True)


class ConsoleCarrier:
    """Prints mails to the terminal."""

    def carry(self, message: EmailMessage) -> None:
        head = "".join(f"{name}: {message[name]}\n" for name in ("From", "To", "Subject", "Message-ID"))
        body = message.get_body(("plain",))
        text = "" if body is None else str(body.get_content())
        # A name in the mail must not move the cursor or paint over other lines of the terminal.
        sys.stdout.write(_CONTROLS.sub("", f"{head}\n{text}\n").replace("\r", "") + "\n")
        sys.stdout.flush()
