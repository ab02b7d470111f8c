"""The one place that reads, sets and clears our cookies.

In production and on https every name carries `__Host-` (RFC 6265bis: Secure, Path=/, no Domain), so that no
neighbouring subdomain can plant one. All are HttpOnly and SameSite=Lax.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response
from werkzeug.http import dump_cookie

from watchword.core.tokens import new_token
from watchword.web.cookie_header import values_of
from watchword.web.headers import keep_private
from watchword.web.request_state import RequestState, state, this_request
from watchword.web.setup import setup

SESSION = "watchword"
DEVICE = "watchword-device"
PRE = "watchword-pre"
WAY = "watchword-way"
OURS = (SESSION, DEVICE, PRE, WAY)
PRE_SECONDS = 3600
DEVICE_SECONDS = 400 * 24 * 3600
_LONGEST = 4096


def name_of(cookie: str) -> str:
    return setup().cookie_prefix + cookie


def read(cookie: str) -> str | None:
    """The cookie's value; None when it is missing, oversized, or there twice (a neighbour planted one: WEB-06)."""
    values = values_of(name_of(cookie), this_request())
    if len(values) != 1 or len(values[0]) > _LONGEST:
        return None
    return values[0] or None


def any_twice() -> bool:
    asked = this_request()
    return any(len(values_of(name_of(cookie), asked)) > 1 for cookie in OURS)


def keep_session(secret: str, *, remembered: bool) -> None:
    """Put the session secret into the answer: until the browser closes, or as long as the person asked to stay."""
    seconds = int(remembered_lifetime().total_seconds()) if remembered else None
    _later(SESSION, secret, seconds)


def keep_device(secret: str) -> None:
    _later(DEVICE, secret, DEVICE_SECONDS)


def keep_way(name: str) -> None:
    """Remember by which way in this browser was signed in, for a mark on the sign-in page: never who it was."""
    if name and name != last_way():
        _later(WAY, name, DEVICE_SECONDS)


def last_way() -> str:
    return read(WAY) or ""


def drop(cookie: str) -> None:
    _later(cookie, None, 0)


def remembered_lifetime() -> timedelta:
    """How long a browser keeps the cookie; the server has its own, shorter ends."""
    return timedelta(days=30)


def pre() -> dict[str, Any]:
    """What this browser carries before sign-in: signed, at most an hour old. Change it with `pre_set`."""
    kept = state()
    if kept.pre is None:
        text = read(PRE)
        value = setup().tools.keys.unsign(text, "pre-login", PRE_SECONDS) if text else None
        kept.pre = value if isinstance(value, dict) else {}
    return kept.pre


def pre_set(**values: object) -> None:
    """Keep *values* for this browser; None drops one."""
    merged = {**pre(), **values}
    left = state().pre = {name: value for name, value in merged.items() if value is not None}
    _later(PRE, setup().tools.keys.sign(left, "pre-login"), PRE_SECONDS)


def pre_renew() -> None:
    """Start a new pre-login state: at sign-in, so that nothing planted before outlives it."""
    state().pre = {}
    pre_set(csrf=new_token())


def apply(response: Response) -> Response:
    """Write what this request decided into *response*; one that depends on who asked is nobody else's."""
    kept = state()
    if kept.cookies:
        _write(response, kept)
    if kept.visitor is not None:
        keep_private(response)
    return response


def _write(response: Response, kept: RequestState) -> None:
    decided, kept.cookies = kept.cookies, {}
    secure = setup().secure
    for cookie, (value, seconds) in decided.items():
        text = dump_cookie(
            name_of(cookie),
            value or "",
            max_age=seconds,
            sync_expires=False,  # whoever knows SameSite knows Max-Age
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
        response.headers.add("Set-Cookie", text)
    response.headers["Cache-Control"] = "no-store"


def _later(cookie: str, value: str | None, seconds: int | None) -> None:
    state().cookies[cookie] = (value, seconds)
