"""What a browser sent as cookies, read from its header.

Werkzeug reads what no browser sends, too, and takes longer for it than all else of asking who is there. So it is asked
only where it knows more than RFC 6265 says: of quoted values, and where a host's own class of request reads cookies.
"""

from __future__ import annotations

from flask import Request


def values_of(name: str, asked: Request) -> list[str]:
    """All that came under *name*: several where a neighbour planted one."""
    header = _plain(asked)
    if header is None:
        return asked.cookies.getlist(name)
    pairs = [each.strip(" \t").partition("=") for each in header.split(";")]
    return [value for found, _equals, value in pairs if found == name]


def may_hold(name: str, asked: Request) -> bool:
    """False where *name* didn't come for certain."""
    header = _plain(asked)
    return name in (asked.cookies if header is None else header)


def _plain(asked: Request) -> str | None:
    """The header, where what RFC 6265 says of it is all that can be said."""
    if type(asked) is not Request:
        return None
    header: str = asked.environ.get("HTTP_COOKIE", "")
    return None if '"' in header else header
