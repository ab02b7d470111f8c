"""Who is calling: the address that limits count and people see in their list of devices."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Sequence
from typing import Protocol

log = logging.getLogger("watchword.web")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HEADERS = ("X-Forwarded-For", "Forwarded")
_PAIR = re.compile(r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^\s;,"]*)\s*([;,]|$)""")
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\w+)?|([^:]*)(?::\d+)?")


class Headers(Protocol):
    def getlist(self, key: str) -> list[str]: ...


class TrustedProxies:
    """`""` trusts nobody, `"1"` the given number of hops, `"10.0.0.0/8,…"` these networks."""

    def __init__(self, trusted: str = "") -> None:
        text = trusted.strip()
        self._hops = int(text) if text.isdigit() else 0
        self._networks = () if text.isdigit() else tuple(_network(part) for part in text.split(",") if part.strip())

        self._warned = False

    @property
    def trusts_nobody(self) -> bool:
        return not self._hops and not self._networks

    def caller_ip(self, peer: str | None, headers: Headers) -> str:
        """The caller's address in one spelling, an IPv6 one as its /64 (RL-03); "" when there is none.

        A proxy writes one of the two headers and may pass on the other as the caller sent it: where both are there and
        name different callers, neither is believed.
        """
        seen = _address(peer or "")
        if seen is None and self._networks:
            self._warn_once()
        chains = [chain for chain in (_forwarded_for(headers), _forwarded(headers)) if chain]
        named = {self._walk(seen, chain) for chain in chains} if seen or self._hops else set()
        caller = named.pop() if len(named) == 1 else seen
        return _spelled(caller) if caller is not None else ""

    def _warn_once(self) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "The proxy has no address (a unix socket?), and WATCHWORD_TRUSTED_PROXIES names networks alone: "
                "limits count all callers as one. Set WATCHWORD_TRUSTED_PROXIES=1, or how many proxies stand in front."
            )

    def _walk(self, peer: Address | None, chain: Sequence[str]) -> Address | None:
        """From the right, past those we trust, to the first we don't. What can't be read gives the peer (RL-01)."""
        caller, hops = peer, self._hops
        for text in reversed(chain):
            if not (hops > 0 or self._trusts(caller)):
                break
            caller, hops = _address(text), hops - 1
            if caller is None:
                return peer
        return caller

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def in_one_spelling(text: str) -> str:
    """*text* as `caller_ip` would say it; "" when it is no address."""
    address = _address(text.partition("/")[0])
    return _spelled(address) if address is not None else ""


def _forwarded_for(headers: Headers) -> list[str]:
    return [part.strip() for line in headers.getlist("X-Forwarded-For") for part in line.split(",")]


def _forwarded(headers: Headers) -> list[str]:
    """The `for=` of each hop (RFC 7239); "" where a hop names none, or can't be read."""
    return [hop for line in headers.getlist("Forwarded") for hop in _hops_of(line)]


def _hops_of(line: str) -> list[str]:
    hops, place = [""], 0
    while place < len(line):
        pair = _PAIR.match(line, place)
        if pair is None:
            return [""]  # nobody knows where its hops begin
        name, value, end = pair.groups()
        if name.lower() == "for":
            hops[-1] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        if end == ",":
            hops.append("")
        place = pair.end()
    return hops


def _network(text: str) -> Network:
    return ipaddress.ip_network(text.strip(), strict=False)


def _address(text: str) -> Address | None:
    """An address with or without brackets, port and zone; one of IPv4 written as IPv6 is the IPv4 one."""
    bare = text.strip()
    found = _WITH_PORT.fullmatch(bare)
    if found is not None:
        bare = found[1] if found[1] is not None else found[2]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _spelled(address: Address) -> str:
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
