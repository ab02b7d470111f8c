"""The worker's part: draw the message and hand it to the sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from watchword.core.scope import Scope
from watchword.features.sms_codes import codes
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.sms_codes.events import MessageSent
from watchword.web.setup import setup

TEMPLATE = "watchword/sms_codes/message.txt"


def send_message(scope: Scope, payload: Mapping[str, Any]) -> None:
    """Send the code, unless it is of no use any more: then it is dropped. A sender that fails is tried again."""
    code, sender = str(payload["code"]), scope.config[SmsCodesConfig].sender
    found = codes.to_send(scope, str(payload["holder"]), code)
    if found is None or sender is None:
        return
    user_id, number = found
    text = _drawn(code)
    scope.nothing_open("send a message")
    sender.send(number.e164, text)
    scope.emit(MessageSent(user_id=user_id, prefix=number.prefix))


def _drawn(code: str) -> str:
    """The last line binds the code to our site: a phone offers it there and nowhere else (domain-bound codes)."""
    texts, site = setup().catalogs.texts(), setup().site
    values = {"_": texts.gettext, "code": code, "site": site, "host": urlsplit(site.public_url).hostname or "localhost"}
    minutes = int(codes.LIFETIME.total_seconds() // 60)
    return current_app.jinja_env.get_template(TEMPLATE).render(values, minutes=minutes).strip()
