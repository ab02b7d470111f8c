"""For hosts: `current_user` and `login_required`, with the names and meaning Flask-Login gave them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast, overload

from flask import current_app
from werkzeug.local import LocalProxy

from watchword.features.sessions.at_need import this_request

if TYPE_CHECKING:
    from watchword.features.sessions.visitor import SignedInUser, Visitor

P = ParamSpec("P")
R = TypeVar("R")


def _visitor() -> Visitor:
    return this_request.asker()


current_user: Visitor = cast("Visitor", LocalProxy(_visitor))
"""Who is signed in on this request: a frozen value, read once. Anonymous when nobody is."""


def signed_in_user() -> SignedInUser:
    """The signed-in user; raises NotSignedIn, which sends people to the sign-in page and programs a 401.

    Whoever asks acts for them: what the request changes from here on, it changes only while their session lives.
    """
    return this_request.signed_in_user()


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
