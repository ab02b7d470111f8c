"""For hosts: `@limit("5/minute")` on a view of theirs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, cast

from flask import current_app, has_request_context, request

from watchword.core.limits import Rate
from watchword.core.tokens import fingerprint
from watchword.web.current import scope, visitor

P = ParamSpec("P")
R = TypeVar("R")
LONGEST_NAME = 40
LONGEST_TYPED = 320
By = Literal["ip", "user"] | Callable[[], str]


def limit(rate: str, *, by: By = "ip", name: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let callers reach a view so often, counted across processes; others get 429 with Retry-After, before it runs.

    *by* is who is counted: "ip"; "user", by address where nobody is signed in; or a function of yours that says it,
    such as `lambda: request.form["email"]`: all spellings of it count as one, and only a keyed hash is kept.
    Takes its place below `@app.route`; several of them all hold. Each view, at each of its endpoints, has counts of
    its own, and so has each limit on it; those with the same *name* share one.
    """
    Rate.of("", rate)  # one that says nothing is told where it is written, not at the first request

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        number = getattr(view, "limits_below", 0) + 1

        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> R:
            rule = f"limit.{name}" if name else _name_of(view, number)
            scope().take(Rate.of(f"{_short(rule)}:{_who(by)}", rate))
            return cast("R", current_app.ensure_sync(view)(*args, **kwargs))

        vars(limited)["limits_below"] = number
        return limited

    return decorate


def _name_of(view: Callable[..., object], number: int) -> str:
    """What the *number*-th limit on *view* is counted as: by endpoint, for what a function made, and a lambda, may be
    called like others. The same in each process, and after a restart.
    """
    endpoint = (request.endpoint if has_request_context() else "") or ""
    path = view.__qualname__.rpartition("<locals>.")[2]
    path = path if path.endswith(view.__name__) else view.__name__  # that of a class, as `as_view` was told
    name = f"view.{endpoint}" if path == endpoint.rpartition(".")[2] else f"view.{endpoint}.{path}"
    return name if number == 1 else f"{name}.{number}"


def _short(rule: str) -> str:
    name = rule.replace(":", "")
    return name if len(name) <= LONGEST_NAME else f"{name[-LONGEST_NAME + 9 :]}~{fingerprint(name)[:8]}"


def _who(by: By) -> str:
    """Each kind has a form of its own, so that a visitor is counted once by a limit for all and one for users."""
    if callable(by):
        return scope().keys.keyed("limit", _canonical(by()))[:40]
    if by == "ip":
        return scope().caller.ip
    public_id = getattr(visitor(), "public_id", None)
    return str(public_id or f"visitor:{scope().caller.ip}")


def _canonical(text: str) -> str:
    """One spelling of all; what is longer than any address stays as it is: to put the marks of 100 kB of text in order
    takes a minute, before anything is counted (RL-15).
    """
    bare = text.strip()
    return unicodedata.normalize("NFKC", bare).casefold() if len(bare) <= LONGEST_TYPED else bare
