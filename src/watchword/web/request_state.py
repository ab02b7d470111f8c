"""What we remember of one request, and of nobody else's.

Flask's `g` belongs to the app context. A test that pushes one and then sends requests, or a view that calls another,
shares it among them: whoever keeps the visitor there signs the next browser in as the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Request, g, has_request_context, request

from watchword.core.scope import Scope
from watchword.web.catalogs import Texts

_KEPT = "_watchword"


@dataclass(slots=True)
class RequestState:
    """One for each request, and one for an app context without any (a command, a worker)."""

    scope: Scope | None = None
    visitor: Any = None
    """None: not asked yet."""
    secret: str | None = None
    """The session secret that holds from here on, when this request changed it."""
    request_id: str = ""
    pre: dict[str, Any] | None = None
    cookies: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)
    csrf_checked: bool = False
    texts: Texts | None = None
    place: tuple[str, str | None, str] | None = None
    """Language, page and mount point: see `web.parts`."""
    hides_address: bool = False
    form_targets: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Undo what nobody committed."""
        if self.scope is not None:
            self.scope.close()
        self.scope = None


def state() -> RequestState:
    """The state of the current request, made at the first call.

    One request is known in several contexts when a thread works on a copy of it, or when it asks another app: what
    they open is theirs, and is closed with them.
    """
    context = _app_globals()
    try:
        holder: object = this_request()
    except RuntimeError:  # outside a request
        holder = context
    held: dict[object, RequestState] = vars(holder).setdefault(_KEPT, {})
    known = held.get(context)
    return held.setdefault(context, RequestState()) if known is None else known


def end_request(_error: BaseException | None = None) -> None:
    """A request is over, though its app context may go on."""
    _end(this_request())


def end_context(_error: BaseException | None = None) -> None:
    """The app context is over, and with it all that was asked in it: outside a request, or in the middle of one."""
    _end(_app_globals())
    if has_request_context():
        _end(this_request())


def _end(holder: object) -> None:
    """Close what this app context opened and *holder* keeps, if anything."""
    held: dict[object, RequestState] = vars(holder).get(_KEPT, {})
    ended = held.pop(_app_globals(), None)
    if ended is not None:
        ended.close()


_app_globals: Callable[[], object] = g._get_current_object
this_request: Callable[[], Request] = request._get_current_object  # type: ignore[attr-defined]
"""Asked ten times a request: a proxy's own attribute look-up costs as much as all the rest of `state`."""
