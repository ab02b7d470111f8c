"""The scope and the visitor of this request."""

from __future__ import annotations

import secrets
from typing import Any

from flask import has_request_context, request

from watchword.core.scope import Caller, Scope
from watchword.web import cookies
from watchword.web.request_state import RequestState, state
from watchword.web.setup import setup


def scope() -> Scope:
    """The scope of this request (or of this app context, in commands): opened at the first call."""
    return _scope_of(state())


def close_scope() -> None:
    """Undo what nobody committed; the next call of `scope` opens a new one."""
    state().close()


def visitor() -> Any:
    """Who asks, read from the database once a request; None when no feature knows visitors.

    A secret renewed on the way is put into the answer's cookie here.
    """
    kept = state()
    if kept.visitor is None:
        kept.visitor = _look_up(kept)
    return kept.visitor


def forget_visitor(secret: str = "") -> None:
    """After signing in or out: the next question is answered anew, of who holds *secret* now; "" is nobody."""
    kept = state()
    kept.visitor, kept.secret = None, secret
    if kept.scope is not None:
        kept.scope.begin_changes_with(None)  # what follows isn't done for a session that is over by its own wish


def request_id() -> str:
    """A random name for this request: in the log, in the audit log, and on error pages."""
    kept = state()
    if not kept.request_id:
        kept.request_id = secrets.token_hex(8)
    return kept.request_id


def _scope_of(kept: RequestState) -> Scope:
    if kept.scope is None:
        kept.scope = Scope(setup().tools, _caller)
    return kept.scope


def _look_up(kept: RequestState) -> Any:
    """Who holds the secret that came, or the one this request changed it to."""
    look = setup().visitor
    if look is None:
        return None
    found = look(_scope_of(kept), (_sent_secret() or "") if kept.secret is None else kept.secret)
    if found.new_secret is not None:
        cookies.keep_session(found.new_secret, remembered=found.remembered)
    return found


def _sent_secret() -> str | None:
    return cookies.read(cookies.SESSION) if has_request_context() else None


def _caller() -> Caller:
    if not has_request_context():
        return Caller(ip="", user_agent="", request_id=secrets.token_hex(8))
    return Caller(
        ip=setup().proxies.caller_ip(request.remote_addr, request.headers),
        user_agent="".join(filter(str.isprintable, request.user_agent.string[:256])),
        request_id=request_id(),
        session=cookies.read(cookies.SESSION),
        device=cookies.read(cookies.DEVICE),
    )
