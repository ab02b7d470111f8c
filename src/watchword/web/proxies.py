"""Who is calling: the address that limits count and people see in their list of devices."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Protocol

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Headers(Protocol):
    def getlist(self, key: str) -> list[str]: ...


class TrustedProxies:
    """`""` trusts nobody, `"1"` the given number of hops, `"10.0.0.0/8,…"` these networks."""

    def __init__(self, trusted: str = "") -> None:
        text = trusted.strip()
        self._hops = int(text) if text.isdigit() else 0
        self._networks = () if text.isdigit() else tuple(_network(part) for part in text.split(",") if part.strip())

    def caller_ip(self, peer: str | None, headers: Headers) -> str:
        """The caller's address in one spelling, an IPv6 one as its /64 (RL-03); "" when there is none."""
        seen = _address(peer or "")
        if seen is None:
            return ""
        return _spelled(self._walk(seen, _forwarded(headers)))

    def _walk(self, peer: Address, chain: Sequence[str]) -> Address:
        """From the right, past those we trust, to the first we don't. What can't be read stops the walk (RL-01)."""
        caller, hops = peer, self._hops
        for text in reversed(chain):
            if not (hops > 0 or self._trusts(caller)):
                break
            named = _address(text)
            if named is None:
                break
            caller, hops = named, hops - 1
        return caller

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _forwarded(headers: Headers) -> list[str]:
    return [part.strip() for line in headers.getlist("X-Forwarded-For") for part in line.split(",")]


def _network(text: str) -> Network:
    return ipaddress.ip_network(text.strip(), strict=False)


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _spelled(address: Address) -> str:
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
