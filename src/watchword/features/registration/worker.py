"""The registration mail, made by the worker: links need the site's address, which services don't know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchword.core.scope import Scope
from watchword.features.registration import service
from watchword.web.context import has_page
from watchword.web.links import public_url


def mail_confirmation(scope: Scope, payload: Mapping[str, Any]) -> None:
    forgot = "watchword.password_reset.forgot"
    ways_in = {
        "sign_in_link": public_url("watchword.login.sign_in"),
        "reset_link": public_url(forgot) if has_page(forgot) else "",
    }
    service.send_mail(scope, payload, _link_to, ways_in=ways_in)


def _link_to(token: str) -> str:
    return public_url("watchword.email_confirmation.open_link", token=token)
