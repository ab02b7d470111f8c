"""What guards share: how they stand before a view, and how they lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Response, current_app, flash, make_response, request
from flask.typing import ResponseReturnValue

from watchword.web.headers import protect
from watchword.web.redirects import go

P = ParamSpec("P")
R = TypeVar("R")


def guarded_by(ask: Callable[[], ResponseReturnValue | None], view: Callable[P, R]) -> Callable[P, R]:
    """*view* behind *ask*, whose answer comes in its place where there is one."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = ask()
        return cast("R", asked if asked is not None else current_app.ensure_sync(view)(*args, **kwargs))

    return guarded


def lead_to(target: str, *, status: int, saying: str = "") -> Response:
    """Lead a person to *target*, *saying* why. htmx would put that page into the middle of this one, so it is told
    with *status* to have the browser go there.
    """
    if request.headers.get("HX-Request"):
        return protect(make_response("", status, {"HX-Redirect": target}))
    if saying:
        flash(saying, "info")
    return protect(go(target))
