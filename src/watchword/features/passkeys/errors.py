"""Refusals of passkeys."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class ChallengeNotValid(AuthError):
    """Used up, too old, or made for another purpose or browser. The page asks for a new one by itself."""

    code: ClassVar[str] = "passkey_challenge_not_valid"
    message = N_("That took too long. Try again.")


class PasskeyNotAccepted(AuthError):
    """The same for a wrong signature, a wrong site, a copied key and a closed account."""

    code: ClassVar[str] = "passkey_not_accepted"
    message = N_("That passkey didn't work here. Try again, or sign in another way.")


class PasskeyUnknown(AuthError):
    """Nobody has it: removed here, but still offered by the device. The page tells the device so."""

    code: ClassVar[str] = "passkey_unknown"
    message = N_("That passkey was removed from its account. Choose another one, or sign in another way.")


class PasskeyNotFound(AuthError):
    code: ClassVar[str] = "passkey_not_found"
    status: ClassVar[int] = 404
    message = N_("That passkey isn't in your account any more.")


class PasskeyExists(AuthError):
    code: ClassVar[str] = "passkey_exists"
    message = N_("This device already has a passkey for an account here.")


class TooManyPasskeys(AuthError):
    code: ClassVar[str] = "too_many_passkeys"
    message = N_("You have %(count)s passkeys, the most an account can hold. Remove one first.")


class NameNotValid(AuthError):
    code: ClassVar[str] = "passkey_name_not_valid"
    message = N_("Choose a name of 1 to %(count)s characters on one line.")
    field = "name"
