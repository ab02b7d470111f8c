"""The mail to a new address, made by the worker: links need the site's address, which services don't know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.core.scope import Scope
from watchword.features.my_account import address
from watchword.web.links import public_url


def mail_address(scope: Scope, payload: Mapping[str, Any]) -> None:
    address.send_mail(scope, payload, _link_to)


def _link_to(token: str) -> str:
    return public_url("watchword.email_confirmation.open_link", token=token)
