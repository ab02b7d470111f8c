"""Refusals of registration."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class RegistrationClosed(AuthError):
    code: ClassVar[str] = "registration_closed"
    status: ClassVar[int] = 403
    message = N_("You can't create an account here.")
