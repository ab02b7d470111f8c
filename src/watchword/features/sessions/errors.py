"""Refusals of sessions."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class NotSignedIn(AuthError):
    code: ClassVar[str] = "not_signed_in"
    status: ClassVar[int] = 401
    message = N_("Sign in to see that page.")


class SessionNotFound(AuthError):
    code: ClassVar[str] = "session_not_found"
    status: ClassVar[int] = 404
    message = N_("That device isn't signed in any more.")
