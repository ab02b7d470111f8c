"""Refusals of my_account."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class WrongCurrentPassword(AuthError):
    code: ClassVar[str] = "wrong_current_password"
    message = N_("That isn't your current password.")
    field = "current_password"


class SamePassword(AuthError):
    code: ClassVar[str] = "same_password"
    message = N_("That's the password you have. Choose a new one.")
    field = "password"


class SameAddress(AuthError):
    code: ClassVar[str] = "same_address"
    message = N_("That's the address you have. Enter the new one.")
    field = "email"
