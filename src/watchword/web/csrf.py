"""Was this change asked for by a page of ours? Two answers are wanted: the browser's and the form's.

The browser says where a request comes from (Sec-Fetch-Site, Origin, Referer); anything but our own site is refused.
The form carries an HMAC over who holds it (the session, or the browser before sign-in), masked anew on every page so
that compression leaks nothing (BREACH). Both, because a token alone misses login CSRF from a planted cookie.
"""

from __future__ import annotations

import base64
import hmac
import os
from typing import ClassVar
from urllib.parse import urlsplit

from flask import request
from markupsafe import Markup

from watchword.core.errors import AuthError
from watchword.core.texts import N_
from watchword.core.tokens import new_token
from watchword.web import cookies
from watchword.web.current import visitor
from watchword.web.request_state import state
from watchword.web.setup import setup

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_BYTES = 32
_INPUT = Markup('<input type="hidden" name="csrf_token" value="TOKEN">')
"""Filled in by `replace`, which escapes as `format` does: that would cost as much as making the token."""


class FromElsewhere(AuthError):
    code: ClassVar[str] = "cross_site_request"
    status: ClassVar[int] = 403
    message = N_("That request didn't come from this site, so nothing was changed.")


class FormExpired(AuthError):
    code: ClassVar[str] = "form_expired"
    status: ClassVar[int] = 403
    message = N_("That page was open a while. Try again.")


def refuse_other_sites() -> None:
    """Raise FromElsewhere when the browser says that another site sent this. Runs before any view of ours."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site != "same-origin":
        raise FromElsewhere
    if origin is None and site is None:
        origin = request.headers.get("Referer")  # older browsers; a program that sends none still needs the token
    if origin is not None and origin_of(origin) not in _our_origins():
        raise FromElsewhere


def token() -> str:
    """A token for the forms of this page."""
    mask = os.urandom(_BYTES)
    return base64.urlsafe_b64encode(mask + _xor(mask, _right())).decode()


def field() -> Markup:
    return _INPUT.replace("TOKEN", token())


def is_right(sent: str | None) -> bool:
    """Whether *sent* was made for this visitor. Remembers the answer: see `was_checked`."""
    state().csrf_checked = True
    try:
        raw = base64.urlsafe_b64decode((sent or "").encode("ascii"))
    except ValueError:
        return False
    return len(raw) == 2 * _BYTES and hmac.compare_digest(_xor(raw[:_BYTES], raw[_BYTES:]), _right())


def sent_token() -> str | None:
    return request.form.get(FIELD) or request.headers.get(HEADER)


def require() -> None:
    """Raise FormExpired unless the request carries a right token."""
    if not is_right(sent_token()):
        raise FormExpired


def require_for_changes() -> None:
    """The same for a view that also answers GET."""
    if request.method not in SAFE_METHODS:
        require()


def was_checked() -> bool:
    return state().csrf_checked


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(_BYTES)


def _right() -> bytes:
    return setup().tools.keys.keyed_again("csrf", _holder())


def _holder() -> str:
    """Whom the token is bound to: the session's public handle (it outlives a renewed secret), else this browser."""
    signed_in = visitor()
    if signed_in is not None and signed_in.session is not None:
        return f"session:{signed_in.session}"
    key = cookies.pre().get("csrf")
    if not isinstance(key, str):
        key = new_token()
        cookies.pre_set(csrf=key)
    return f"browser:{key}"


def _our_origins() -> set[str]:
    """In production the public address alone; in development also the one the browser asked."""
    site = setup().site
    ours = {origin_of(site.public_url)} if site.public_url else set()
    if site.environment != "production":
        ours.add(origin_of(request.host_url))
    return ours


def origin_of(address: str) -> str:
    """Scheme, host and port, with the default port left out; "null" and nonsense stay what they are."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    suffix = "" if port in {None, usual} else f":{port}"
    return f"{parts.scheme}://{(parts.hostname or '').lower()}{suffix}"
