"""Refusals of password_reset."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class ResetLinkNotValid(AuthError):
    """Used, too old, forged, replaced, or never made: one text for all, with no data of the person in it (TOK-20)."""

    code: ClassVar[str] = "reset_link_not_valid"
    message = N_("This link was used already, or it's too old. Ask for a new one.")


class WrongResetCode(AuthError):
    """*left* tries remain, whether or not a code was mailed at all."""

    code: ClassVar[str] = "wrong_reset_code"
    message = N_("That code isn't right. Check the newest message. Tries left: %(left)s. The link in it works too.")
    field = "code"


class ResetCodeDead(AuthError):
    """All tries are used. The link in the mail still works."""

    code: ClassVar[str] = "reset_code_dead"
    message = N_("That code doesn't work any more. Open the link in the message, or ask for a new one.")
    field = "code"
