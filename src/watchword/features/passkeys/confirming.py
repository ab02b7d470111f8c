"""Confirm who one is by a passkey: the method of `/account/confirm`."""

from __future__ import annotations

from collections.abc import Mapping

from watchword.core.scope import Scope
from watchword.features.passkeys import requests, sign_in
from watchword.features.passkeys.challenges import Reply


def check(scope: Scope, user_id: int, fields: Mapping[str, str]) -> str:
    """The proof in the posted field `passkey`, when a key of *user_id* gave it to this session."""
    reply = Reply(requests.ticket(), requests.answer_from(fields.get("passkey", "")))
    return sign_in.confirm(scope, requests.site(), reply, user_id=user_id)
