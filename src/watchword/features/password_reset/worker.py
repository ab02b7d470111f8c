"""The reset mail, made by the worker: links need the site's address, which services don't know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.core.scope import Scope
from watchword.features.password_reset import service
from watchword.web.links import public_url


def mail_link(scope: Scope, payload: Mapping[str, Any]) -> None:
    service.send_link(scope, payload, _link_to)


def _link_to(token: str) -> str:
    return public_url("watchword.password_reset.open_link", token=token)
