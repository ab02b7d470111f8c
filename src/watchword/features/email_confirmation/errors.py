"""Refusals of links and codes that confirm an address."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class ConfirmationNotValid(AuthError):
    """Used, too old, forged, or never made: one text for all, with no data of the person in it (TOK-20)."""

    code: ClassVar[str] = "confirmation_not_valid"
    message = N_("This link was used already, or it's too old. Ask for a new one.")


class WrongConfirmationCode(AuthError):
    """*left* tries remain. At none the code is dead, while the link in the mail still works."""

    code: ClassVar[str] = "wrong_confirmation_code"
    message = N_("That code isn't right. Check the newest message. Tries left: %(left)s. The link in it works too.")
    field = "code"
