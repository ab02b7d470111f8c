"""For hosts: `@limit("5/minute")` on a view of theirs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, cast

from flask import current_app

from watchword.core.limits import Rate
from watchword.core.tokens import fingerprint
from watchword.web.current import scope, visitor

P = ParamSpec("P")
R = TypeVar("R")
LONGEST_NAME = 40
By = Literal["ip", "user"] | Callable[[], str]


def limit(rate: str, *, by: By = "ip") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let callers reach a view so often, counted across processes; others get 429 with Retry-After, before it runs.

    *by* is who is counted: "ip"; "user", by address where nobody is signed in; or a function of yours that says it,
    such as `lambda: request.form["email"]`: all spellings of it count as one, and only a keyed hash is kept.
    Takes its place below `@app.route`; several of them all hold.
    """
    Rate.of("", rate)  # one that says nothing is told where it is written, not at the first request

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        name = _name_of(view)

        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> R:
            scope().take(Rate.of(f"{name}:{_who(by)}", rate))
            return cast("R", current_app.ensure_sync(view)(*args, **kwargs))

        return limited

    return decorate


def _name_of(view: Callable[..., object]) -> str:
    """*view* in the keys of its counts, short: one of a class goes by the name it was given in `as_view`."""
    path = view.__qualname__ if view.__qualname__.endswith(view.__name__) else view.__name__
    name = f"{view.__module__}.{path}".replace(":", "")
    return name if len(name) <= LONGEST_NAME else f"{name[-LONGEST_NAME + 9 :]}~{fingerprint(name)[:8]}"


def _who(by: By) -> str:
    if callable(by):
        return scope().keys.keyed("limit", _canonical(by()))[:40]
    public_id = getattr(visitor(), "public_id", None) if by == "user" else None
    return str(public_id or scope().caller.ip)


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip()).casefold()
