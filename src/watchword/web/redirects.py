"""The only way to follow ?next=. Never hand a visitor's text to `redirect()`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from flask import Response, redirect, request, url_for

_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff\\]")
_LONGEST = 1024  # as it is written at last: a cookie of 4 kB carries it, with all else that waits for a sign-in
_PATH, _QUERY = "/:@!$&'()*+,;=~-._", "/%:@!$&'()*+,;=~-._?"  # what stays as it is


def local_path(wanted: str | None) -> str | None:
    """*wanted* rebuilt as a path on this site, or None. Refuses everything with a host, now or after decoding."""
    if not wanted or len(wanted) > _LONGEST or not re.match(r"/(?!/)", wanted) or _ODD.search(wanted):
        return None
    try:
        parts = urlsplit(wanted)
        again = urlsplit(parts.path)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or again.netloc or not _is_plain(parts.path):
        return None
    found = _written(quote(parts.path, safe=f"%{_PATH}"), quote(parts.query, safe=_QUERY))
    return found if len(found) <= _LONGEST else None


def go(path: str) -> Response:
    """303 to a path of ours: a POST that succeeded is followed by a GET."""
    response = redirect(path, code=303)
    assert isinstance(response, Response)  # noqa: S101 - Flask's own class, for the type checker
    return response


def wanted_next() -> str:
    """The page the visitor came for, from the form, else from the address; "" when there is none or it isn't ours.

    One source, and only the first value of it: `next` given twice changes nothing (RED-07).
    """
    source = request.form if "next" in request.form else request.args
    return local_path(source.get("next")) or ""


def this_page() -> str | None:
    """The page that is asked for, to be led back to; None for a change, which nobody repeats by being led there."""
    return this_address() if request.method in {"GET", "HEAD"} else None


def this_address() -> str:
    """What was asked for as a browser writes it, below what the app is mounted at; whatever bytes came in the query."""
    return _written(quote(request.script_root + request.path, safe=_PATH), quote(request.query_string, safe=_QUERY))


def path_inside(path: str) -> str | None:
    """*path* as the rules of this app know it: without query, and what the app is mounted at; None for one beside."""
    asked, root = unquote(path.partition("?")[0]), request.script_root
    return asked.removeprefix(root) if asked.startswith(f"{root}/") else None


def onward_url(endpoint: str, **values: Any) -> str:
    """The address of *endpoint*, which carries along the page the visitor came for: the next station of a walk."""
    return url_for(endpoint, **values, next=wanted_next() or None)


def _written(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _is_plain(path: str) -> bool:
    """No empty or dotted segment, also not one hidden by percent signs: `/.//evil` and `/%2f/evil` are refused, and
    so is `/%2e%2e/`, which browsers read as `/../`.
    """
    lowered = path.lower()
    if any(hidden in lowered for hidden in ("%2f", "%5c", "%00", "%09", "%0a", "%0d")):
        return False
    segments = lowered.replace("%2e", ".").split("/")[1:]
    return not any(part in {".", ".."} for part in segments) and "" not in segments[:-1]
