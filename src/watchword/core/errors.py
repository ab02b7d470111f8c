"""Refusals that a visitor may see. A programmer's mistake is a ValueError, a bad setting a ConfigError."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.texts import N_


class AuthError(Exception):
    """A refusal: an answer, not a fault. What was written before it stays written.

    `field` names the form field it belongs to, `retry_after` is in seconds, `values` fill `%(name)s` in the message.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    message: str = N_("We couldn't do that.")
    field: str | None = None

    def __init__(
        self, *, field: str | None = None, retry_after: int | None = None, values: dict[str, object] | None = None
    ) -> None:
        super().__init__(self.code)
        self.field = field if field is not None else type(self).field
        self.retry_after = retry_after
        self.values = values or {}


class TooManyTries(AuthError):
    """*rule* names the limit that was full, *number* how often it refused within the hour: for the audit log only.

    *is_told* says whether it is written down there: a flood of refusals is few rows.
    """

    code = "too_many_tries"
    status = 429
    message = N_("Too many tries. Try again in %(wait)s.")

    def __init__(
        self,
        rule: str = "",
        *,
        number: int = 1,
        is_told: bool = True,
        retry_after: int | None = None,
        values: dict[str, object] | None = None,
    ) -> None:
        super().__init__(retry_after=retry_after, values=values)
        self.rule, self.number, self.is_told = rule, number, is_told


class Unavailable(AuthError):
    """What guards this act can't be asked, so the act is not done: never unlimited, never open."""

    code = "unavailable"
    status = 503
    message = N_("Something we depend on isn't answering. Nothing was lost; try again in a moment.")


class Busy(AuthError):
    """All slots are taken and the waiting line is full, or the store cannot be reached."""

    code = "busy"
    status = 503
    message = N_("We're a little busy right now. Try again in a moment.")
