"""The mails about events, made by the worker: links need the site's address, places the operator's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.core.scope import Scope
from watchword.features.notices import service
from watchword.web.links import public_url


def mail_notice(scope: Scope, payload: Mapping[str, Any]) -> None:
    place = scope.tools.policies["place_of"](scope, str(payload["ip"]))
    service.send(scope, payload, _link_to, place=place)


def _link_to(token: str) -> str:
    return public_url("watchword.notices.open_link", token=token)
