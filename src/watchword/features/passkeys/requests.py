"""What a request brings to these pages: the site it came to, the ticket its browser keeps, the JSON it sent."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from watchword.features.passkeys.ceremony import RelyingParty
from watchword.features.passkeys.challenges import Reply
from watchword.features.passkeys.errors import PasskeyNotAccepted
from watchword.web import cookies
from watchword.web.csrf import origin_of
from watchword.web.setup import setup

_TICKET = "passkey"


def answer_from(text: str) -> dict[str, Any]:
    """An answer that came in a field of a form; raises PasskeyNotAccepted for anything else."""
    found = _object_in(text)
    if found is None:
        raise PasskeyNotAccepted
    return found


def site() -> RelyingParty:
    """This site as browsers see it: by its public address, in development by the address asked."""
    config = setup().site
    address = config.public_url if config.in_production else request.host_url
    return RelyingParty(id=urlsplit(address).hostname or "", name=config.site_name, origin=origin_of(address))


def sent() -> dict[str, Any]:
    """The JSON object in the body. Anything else is a bad request, never a fault."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    found = _object_in(request.get_data())
    if found is None:
        raise BadRequest
    return found


def reply_in(body: dict[str, Any]) -> Reply:
    """What the browser answered, with the ticket it holds."""
    answer = body.get("answer")
    if not isinstance(answer, dict):
        raise BadRequest
    return Reply(ticket(), answer)


def keep(ticket: str) -> None:
    """Let this browser hold *ticket* until it answers; a newer one takes its place."""
    cookies.pre_set(**{_TICKET: ticket})


def ticket() -> str:
    held = cookies.pre().get(_TICKET)
    return held if isinstance(held, str) else ""


def _object_in(text: str | bytes) -> dict[str, Any] | None:
    """The JSON object that *text* is; None for all else, however deep it is nested."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
