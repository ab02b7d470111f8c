"""A form that was posted before "confirm it's you" was answered, and goes on afterwards with what was typed.

Kept in this browser's signed cookie: its harmless fields, for ten minutes, for this user and this address. Whatever may
be a secret is never kept, so it is asked again. After somebody else signed in here, nothing of it is left.
"""

from __future__ import annotations

import re
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from watchword.web import cookies
from watchword.web.current import visitor
from watchword.web.setup import setup

SECONDS = 600
_LONGEST = 2000  # signed, compressed: with all else the cookie stays below 4 kB
_SECRET = re.compile(
    r"passw|passphrase|pwd|secret|token|csrf|credential|code|otp|cvc|cvv|(?<![a-z])(pin|key)(?![a-z])", re.IGNORECASE
)


def keep() -> None:
    """Keep the posted form that this request brought. One too large for a cookie is typed again."""
    fields = {name: values for name, values in request.form.lists() if not _SECRET.search(name)}
    keys, now = setup().tools.keys, setup().tools.clock.now()
    value = {
        "user": visitor().get_id(),
        "path": request.path,
        "fields": fields,
        "until": int(now.timestamp()) + SECONDS,
    }
    cookies.pre_set(interrupted=value if len(keys.sign(value, "size")) <= _LONGEST else None)


def typed(path: str) -> MultiDict[str, str] | None:
    """What this user had typed into the form at *path*; None when nothing waits there."""
    kept: Any = cookies.pre().get("interrupted")
    if not isinstance(kept, dict) or kept["path"] != path:
        return None
    if kept["until"] < setup().tools.clock.now().timestamp() or kept["user"] != visitor().get_id():
        return None
    return MultiDict(kept["fields"])


def forget(path: str) -> None:
    """The form at *path* was sent again: nothing of it waits any longer."""
    kept: Any = cookies.pre().get("interrupted")
    if isinstance(kept, dict) and kept["path"] == path:
        cookies.pre_set(interrupted=None)
