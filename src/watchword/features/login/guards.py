"""For hosts and for us: who proved who they are a short while ago."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, request

from watchword.features.login import responses, service
from watchword.features.sessions.guards import signed_in_user
from watchword.web import interrupted
from watchword.web.csrf import SAFE_METHODS
from watchword.web.current import scope

P = ParamSpec("P")
R = TypeVar("R")


def fresh_login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let only signed-in users reach *view* who proved who they are a short while ago; ask the others to confirm it.

    Works on views, in `decorators` of class views, and as `before_request` of a blueprint. A form posted too late goes
    on after the confirmation with what was typed, but for passwords, codes and tokens.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not service.is_fresh(scope(), signed_in_user()):
            return cast("R", responses.ask_to_confirm())
        if request.method not in SAFE_METHODS:
            interrupted.forget(request.path)
        return cast("R", current_app.ensure_sync(view)(*args, **kwargs))

    return guarded
