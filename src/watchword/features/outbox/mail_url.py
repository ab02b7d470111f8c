"""Where mails go, as one address: `smtp://user:password@host:587?tls=starttls`, `smtps://…`, `file:mails/`, `console:`.

Each check raises ValueError with words that go on after the setting's name and never repeat the value: it may hold a
password.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from watchword.core.later import Later

if TYPE_CHECKING:
    from email import headerregistry
    from email.headerregistry import Address
else:
    headerregistry = Later("email.headerregistry", needs="email")  # its grammar takes half a MiB

Kind = Literal["smtp", "file", "console", "mailbox"]
Tls = Literal["implicit", "starttls", "none"]
_PORTS: dict[Tls, int] = {"implicit": 465, "starttls": 587, "none": 25}
EXAMPLE = "smtp://user:password@mail.example.com:587?tls=starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailUrl:
    """A mail address of the site's side, taken apart."""

    kind: Kind
    host: str = ""
    port: int = 0
    tls: Tls = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = ""


def parse(text: str) -> MailUrl:
    """Take *text* apart. Empty means the mailbox of development."""
    parts = _split(text.strip())
    match parts.scheme:
        case "" | "mailbox":
            return MailUrl(kind="mailbox")
        case "console":
            return MailUrl(kind="console")
        case "file":
            return _file(parts)
        case "smtp" | "smtps":
            return _smtp(parts)
    raise ValueError(f"must start with smtp://, smtps://, file: or console:, such as {EXAMPLE}")


def check(text: str) -> str:
    """*text* itself, when it can be taken apart."""
    parse(text)
    return text


def check_sender(text: str) -> str:
    """*text* itself, when it is empty or one address with or without a name."""
    if text:
        sender(text)
    return text


def sender(text: str) -> Address:
    """*text* as the address of a From header."""
    name, address = parseaddr(text)
    wrong = "must be one mail address, such as Example <no-reply@example.com>"
    if not text.isprintable() or "@" not in address or not address.isascii():
        raise ValueError(wrong)
    try:
        return headerregistry.Address(name, addr_spec=address)
    except (ValueError, IndexError):
        raise ValueError(wrong) from None


def default_sender(name: str, public_url: str) -> Address:
    """`no-reply` at the site's own host."""
    host = urlsplit(public_url).hostname or "localhost"
    domain = f"[{host}]" if ":" in host else host
    return headerregistry.Address(name, "no-reply", domain)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError(f"must be an address such as {EXAMPLE}") from None
    if text and not parts.scheme:
        raise ValueError(f"must start with smtp://, smtps://, file: or console:, such as {EXAMPLE}")
    return parts


def _file(parts: SplitResult) -> MailUrl:
    if parts.netloc or not parts.path:
        raise ValueError("must name a folder after file:, such as file:mails/ or file:/var/lib/mails")
    return MailUrl(kind="file", folder=unquote(parts.path))


def _smtp(parts: SplitResult) -> MailUrl:
    if not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(f"must name a host and nothing after it but ?tls=…, such as {EXAMPLE}")
    tls = _tls(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if tls == "none" and (user or password) and not _is_here(parts.hostname):
        raise ValueError("must not send a password over the network without TLS: use ?tls=starttls or smtps://")
    return MailUrl(
        kind="smtp", host=parts.hostname, port=parts.port or _PORTS[tls], tls=tls, user=user, password=password
    )


def _tls(parts: SplitResult) -> Tls:
    """TLS is wanted unless `tls=none` says otherwise; a misspelt option must not turn it off."""
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wanted = options.pop("tls", "implicit" if parts.scheme == "smtps" else "starttls")
    if options:
        raise ValueError("takes only ?tls=starttls or ?tls=none after the host")
    if parts.scheme == "smtps":
        if wanted != "implicit":
            raise ValueError("uses TLS from the start with smtps://; use smtp:// with ?tls=…")
        return "implicit"
    if wanted == "starttls":
        return "starttls"
    if wanted == "none":
        return "none"
    raise ValueError("must say tls=starttls or tls=none")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
