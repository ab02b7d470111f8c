"""Refusals of notices."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class SecureLinkNotValid(AuthError):
    """Used, too old, forged, or made worthless by an earlier one: one text for all, with no data of the person."""

    code: ClassVar[str] = "secure_link_not_valid"
    message = N_("This link was used already, or it's too old. Reset your password to take your account back.")
