"""The passkeys of somebody, for their account pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.passkeys import requests, service
from watchword.web.clients import client_of


def values(scope: Scope, user_id: int) -> dict[str, object]:
    """Each passkey with the browser that used it last, what devices should know, and whether a first one is offered."""
    shown = [{**asdict(one), **asdict(client_of(one.used_with))} for one in service.list_for(scope, user_id)]
    offered = not shown and service.is_offered(scope, user_id)
    return {"passkeys": shown, "known": _known(scope, user_id), "offered": offered}


def _known(scope: Scope, user_id: int) -> dict[str, Any] | None:
    known, person = service.known_to_devices(scope, user_id), accounts.get(scope, user_id)
    if known is None or person is None:
        return None
    return {
        "site": requests.site().id,
        "user": known.user_handle,
        "name": person.username,
        "accepted": list(known.accepted),
    }
