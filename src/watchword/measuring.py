"""Ask everybody for the numbers that operators watch."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing

from flask import Flask

from watchword.core.db import DATABASE_AWAY
from watchword.core.errors import Unavailable
from watchword.core.failures import kind_and_line_of
from watchword.core.measures import Measure
from watchword.core.scope import Scope, Tools
from watchword.readiness import is_ready
from watchword.web.setup import setup_of

log = logging.getLogger("watchword")

_LINE = {
    "in_line": "Password hashes that are being made in this process, or wait for their turn.",
    "places": "How many that may be at most; whoever comes then is told to come back.",
}


def measure(app: Flask) -> list[Measure]:
    """The numbers of this moment. With the database away those that lie in it are missing, and `ready` is 0."""
    ready, tools = is_ready(app), setup_of(app).tools
    with app.app_context(), closing(Scope(tools)) as scope:
        told = [_ready(ready=ready), _limits(tools), *_hashes(tools)]
        return [*told, *_of_features(scope)] if ready else told


def _ready(*, ready: bool) -> Measure:
    help_ = "Whether the database answers and its tables are those of this version."
    return Measure(name="ready", help=help_, value=ready)


def _limits(tools: Tools) -> Measure:
    """Where limits are counted decides whether anybody can sign in: when it is away, guesses are refused."""
    try:
        tools.limits.find("measure")
        reachable = True
    except (Unavailable, *DATABASE_AWAY):
        reachable = False
    return Measure(name="limits_reachable", help="Whether limits can be counted.", value=reachable)


def _hashes(tools: Tools) -> Iterator[Measure]:
    """A hasher of a host's own may have no line."""
    for name, help_ in _LINE.items():
        value = getattr(tools.hasher, name, None)
        if value is not None:
            yield Measure(name=f"hashes_{name}", help=help_, value=value)


def _of_features(scope: Scope) -> Iterator[Measure]:
    """One that fails takes none of the others along: operators look here when things fail."""
    for tell in (tell for feature in scope.tools.features for tell in feature.measures):
        try:
            yield from list(tell(scope))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other numbers still help
            log.warning("%s.%s: %s", tell.__module__, tell.__qualname__, kind_and_line_of(error))
