"""For hosts and for us: who proved who they are a short while ago."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, overload

from flask import request
from flask.typing import ResponseReturnValue

from watchword.features.login import responses, service
from watchword.features.sessions.guards import signed_in_user
from watchword.web import interrupted
from watchword.web.csrf import SAFE_METHODS
from watchword.web.current import scope
from watchword.web.guarding import guarded_by

P = ParamSpec("P")
R = TypeVar("R")


@overload
def fresh_login_required(view: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def fresh_login_required() -> ResponseReturnValue | None: ...
def fresh_login_required(view: Callable[P, R] | None = None, /) -> Callable[P, R] | ResponseReturnValue | None:
    """Let only signed-in users reach *view* who proved who they are a short while ago; ask the others to confirm it.

    Works on views, in `decorators` of class views, and as `blueprint.before_request(fresh_login_required)`. A form
    posted too late goes on after the confirmation with what was typed, but for passwords, codes and tokens.
    """
    return _asked_to_confirm() if view is None else guarded_by(_asked_to_confirm, view)


def _asked_to_confirm() -> ResponseReturnValue | None:
    """The way to the confirmation for those whose proof is too old; None for the others."""
    if not service.is_fresh(scope(), signed_in_user()):
        return responses.ask_to_confirm()
    if request.method not in SAFE_METHODS:
        interrupted.forget(request.path)
    return None
