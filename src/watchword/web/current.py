"""The scope and the visitor of this request."""

from __future__ import annotations

import secrets
from typing import Any, cast

from flask import g, has_request_context, request

from watchword.core.scope import Caller, Scope
from watchword.web import cookies
from watchword.web.setup import setup


def scope() -> Scope:
    """The scope of this request (or of this app context, in commands): opened at the first call."""
    found = g.get("_watchword_scope")
    if found is None:
        found = g._watchword_scope = Scope(setup().tools, _caller())
    return cast("Scope", found)


def close_scope(_error: BaseException | None = None) -> None:
    """Undo what nobody committed. Runs at the end of every app context."""
    found = g.pop("_watchword_scope", None)
    if found is not None:
        found.close()


def visitor() -> Any:
    """Who asks, read from the database once a request; None when no feature knows visitors.

    A secret renewed on the way is put into the answer's cookie here.
    """
    if "_watchword_visitor" not in g:
        g._watchword_visitor = _look_up()
    return g._watchword_visitor


def forget_visitor() -> None:
    """After signing in or out: the next question is answered anew."""
    g.pop("_watchword_visitor", None)


def request_id() -> str:
    """A random name for this request: in the log, in the audit log, and on error pages."""
    if "_watchword_request_id" not in g:
        g._watchword_request_id = secrets.token_hex(8)
    return cast("str", g._watchword_request_id)


def _look_up() -> Any:
    look = setup().visitor
    if look is None:
        return None
    secret = cookies.read(cookies.SESSION) if has_request_context() else None
    found = look(scope(), secret or "")
    if found.new_secret is not None:
        cookies.keep_session(found.new_secret, remembered=found.remembered)
    return found


def _caller() -> Caller:
    if not has_request_context():
        return Caller(ip="", user_agent="", request_id=secrets.token_hex(8))
    return Caller(
        ip=setup().proxies.caller_ip(request.remote_addr, request.headers),
        user_agent="".join(one for one in request.user_agent.string[:256] if one.isprintable()),
        request_id=request_id(),
        session=cookies.read(cookies.SESSION),
        device=cookies.read(cookies.DEVICE),
    )
