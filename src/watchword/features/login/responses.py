"""The outcome of a sign-in → cookies and the next page. Every way in answers through here."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from watchword.features.login.outcomes import NextStep, Outcome, SignedIn
from watchword.web import cookies
from watchword.web.current import forget_visitor
from watchword.web.headers import allow_form_target
from watchword.web.i18n import gettext
from watchword.web.redirects import go
from watchword.web.setup import setup


def follow(outcome: Outcome, next_path: str = "") -> Response:
    """Put the secrets into cookies and lead on: to *next_path* or home when signed in, else to the next step."""
    match outcome:
        case SignedIn(session, device, remembered):
            cookies.keep_session(session, remembered=remembered)
            cookies.keep_device(device)
            cookies.pre_renew()
            forget_visitor()
            return go(next_path or setup().site.home)
        case NextStep(endpoint, waiting):
            cookies.pre_set(waiting=waiting, next=next_path or None)
            return go(url_for(endpoint))


def waiting_secret() -> str:
    """The waiting sign-in this browser holds; "" when there is none (`login.peek` then refuses)."""
    held = cookies.pre().get("waiting")
    return held if isinstance(held, str) else ""


def ways_in() -> list[dict[str, str]]:
    """The other ways to sign in, as declared by upper features; each one's address is allowed as a form target."""
    found = [way for each in setup().features for way in each.ways_in]
    for way in found:
        if way.origin is not None:
            allow_form_target(way.origin)
    return [{"label": gettext(way.label), "url": url_for(way.endpoint, **dict[str, Any](way.values))} for way in found]


def forget_this_browser() -> None:
    """After signing out: no session, no half-finished sign-in. The browser stays a known device."""
    cookies.drop(cookies.SESSION)
    cookies.pre_renew()
    forget_visitor()
