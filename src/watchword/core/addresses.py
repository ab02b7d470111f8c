"""Checks of addresses in settings. Each raises ValueError with words that go on after a setting's name."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from watchword.core.domains import DomainUnclear, ascii_domain

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")
_BAD_IN_LOCAL_PATH = re.compile(r"[\x00-\x20\x7f\\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SOURCE = re.compile(
    r"https://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?|'sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2}'"
)
_MOST_HOPS = 10


def public_address(text: str) -> str:
    """An http or https address of a site, as browsers write it in Origin: lower case, no default port, no slash."""
    parts = _split(text)
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("must start with https:// (or http:// in development)")
    if "@" in parts.netloc or "?" in text or "#" in text:
        raise ValueError("must hold no user name, no password, no ? and no #")
    if not _PATH.fullmatch(parts.path) or "/./" in f"{parts.path}/" or "/../" in f"{parts.path}/":
        raise ValueError("may name a folder the site is mounted at, such as /auth, and nothing stranger")
    return f"{parts.scheme}://{_host(parts)}{_port(parts)}{parts.path.rstrip('/')}"


def is_loopback(address: str) -> bool:
    """Whether the host of *address* is this machine and nothing else."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def local_path(text: str) -> str:
    """A path on this site. Two slashes, or a slash and a backslash, would leave it: browsers read a host there."""
    if not text.startswith("/") or text.startswith("//") or _BAD_IN_LOCAL_PATH.search(text):
        raise ValueError("must be a path on this site, such as /dashboard")
    return text


def link_target(text: str) -> str:
    """Where a link may lead: a path on this site, https, http or mailto. Never `javascript:`."""
    if text.startswith("/"):
        return local_path(text)
    if not text.lower().startswith(("https://", "http://", "mailto:")) or _BAD_IN_LOCAL_PATH.search(text):
        raise ValueError("must be an https address, a mailto: address or a path on this site")
    return text


def trusted_proxies(text: str) -> str:
    """A number of proxies, or their networks. Everyone (`0.0.0.0/0`) is refused: anyone could claim any address."""
    if text.isdecimal():
        if int(text) > _MOST_HOPS:
            raise ValueError(f"must be a number up to {_MOST_HOPS}, or networks such as 10.0.0.0/8")
        return str(int(text))
    return ",".join(str(_network(part.strip())) for part in text.split(",") if part.strip())


def redis_address(text: str) -> str:
    """Where a Redis is; its password, if any, stands in it."""
    parts = _split(text)
    _port(parts)  # a `/` in a password that nobody quoted ends the host, and makes a port of what stood before it
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must start with redis://, rediss:// or unix://")
    return text


def csp_source(text: str) -> str:
    """One https host or hash. A `;` would open another directive; `*` and `'unsafe-…'` would switch the policy off."""
    if not _SOURCE.fullmatch(text):
        raise ValueError("must be https hosts such as https://cdn.example.com, or hashes such as 'sha256-…'")
    return text


def _network(part: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        network = ipaddress.ip_network(part, strict=False)
    except ValueError:
        raise ValueError("must be a number of proxies or networks such as 10.0.0.0/8, parted by commas") from None
    if network.prefixlen == 0:
        raise ValueError("must not trust every address: anyone could claim to be anyone")
    return network


def _split(text: str) -> SplitResult:
    if _BAD_IN_LOCAL_PATH.search(text):
        raise ValueError("must hold no blanks and no backslashes")
    try:
        return urlsplit(text)
    except ValueError:
        raise ValueError("must be an address such as https://login.example.com") from None


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    except ValueError:
        pass
    ascii_host = host if host.isascii() else _in_ascii(host)
    if not _HOST.fullmatch(ascii_host):
        raise ValueError("must name a host, such as https://login.example.com")
    return ascii_host


def _in_ascii(host: str) -> str:
    """As browsers and mail addresses do it: by IDNA 2003 a link to `straße.example` led to whoever owns `strasse`."""
    try:
        return ascii_domain(host)
    except DomainUnclear:
        raise ValueError("must name its host as name servers know it (xn--…): this one can't be read as one") from None


def _port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        raise ValueError("must have a port from 1 to 65535") from None
    if port == 0:
        raise ValueError("must have a port from 1 to 65535")
    return "" if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{port}"
