"""For hosts: `current_user` and `login_required`, with the names and meaning Flask-Login gave them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar, cast, overload

from flask import current_app
from werkzeug.local import LocalProxy

from watchword.features.sessions import service
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import NOBODY, SignedInUser, Visitor
from watchword.web.current import scope, visitor

P = ParamSpec("P")
R = TypeVar("R")


def _visitor() -> Visitor:
    found: Visitor = visitor() or NOBODY
    return found


current_user: Visitor = cast("Visitor", LocalProxy(_visitor))
"""Who is signed in on this request: a frozen value, read once. Anonymous when nobody is."""


def signed_in_user() -> SignedInUser:
    """The signed-in user; raises NotSignedIn, which sends people to the sign-in page and programs a 401.

    Whoever asks acts for them: what the request changes from here on, it changes only while their session lives.
    """
    found = _visitor()
    if not isinstance(found, SignedInUser):
        raise NotSignedIn
    service.act_for(scope(), found)  # not the one it was found by, which may be closed after an error
    return found


@overload
def login_required(view: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def login_required() -> None: ...
def login_required(view: Callable[P, R] | None = None, /) -> Callable[P, R] | None:
    """Let only signed-in users reach *view*: `@login_required`, or `decorators = [login_required]` of a class view.

    Without a view it looks at this very request: `blueprint.before_request(login_required)` guards a whole blueprint.
    """
    if view is None:
        signed_in_user()
        return None
    is_async = iscoroutinefunction(view)

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        signed_in_user()
        return cast("R", current_app.ensure_sync(view)(*args, **kwargs)) if is_async else view(*args, **kwargs)

    return guarded
