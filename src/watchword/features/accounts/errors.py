"""Refusals of names, addresses and passwords."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class UserNameNotAllowed(AuthError):
    code: ClassVar[str] = "user_name_not_allowed"
    message = N_(
        "Use 2 to 32 letters and digits of one alphabet, with single hyphens, dots or underscores between them."
    )
    field = "username"


class UserNameReserved(AuthError):
    code: ClassVar[str] = "user_name_reserved"
    message = N_("That user name is reserved. Choose another one.")
    field = "username"


class UserNameTaken(AuthError):
    code: ClassVar[str] = "user_name_taken"
    message = N_("That user name is taken. Choose another one.")
    field = "username"


class AddressNotValid(AuthError):
    code: ClassVar[str] = "address_not_valid"
    message = N_("Enter one email address, like name@example.com.")
    field = "email"


class CredentialsChanged(AuthError):
    """Somebody changed the password or the address while this change was on its way."""

    code: ClassVar[str] = "credentials_changed"
    status: ClassVar[int] = 409
    message = N_("Your password or address was changed a moment ago. Sign in again.")


class PasswordTooShort(AuthError):
    code: ClassVar[str] = "password_too_short"
    message = N_("Use at least %(minimum)s characters. A few random words with spaces between them work well.")
    field = "password"


class PasswordTooLong(AuthError):
    """Refused before anything looks closer: hashing megabytes would be an attack (CVE-2013-1443)."""

    code: ClassVar[str] = "password_too_long"
    message = N_("Use at most %(maximum)s characters.")
    field = "password"


class PasswordNotReadable(AuthError):
    """Half of a character pair: it can't be written down in any encoding."""

    code: ClassVar[str] = "password_not_readable"
    message = N_("This password has a character we can't read. Type it again.")
    field = "password"


class PasswordKnown(AuthError):
    code: ClassVar[str] = "password_known"
    message = N_("Choose another password. This one, or one like it, is on the lists that attackers try first.")
    field = "password"


class PasswordLikeYou(AuthError):
    code: ClassVar[str] = "password_like_you"
    message = N_("Choose a password that isn't made of your name, your address or the name of this site.")
    field = "password"


class PasswordTooSimple(AuthError):
    code: ClassVar[str] = "password_too_simple"
    message = N_("Choose a password with less repetition and no row of keys.")
    field = "password"


class PasswordWeak(AuthError):
    """*advice* says why, in one of the texts of `strength.py`; *score* is zxcvbn's, below 3."""

    code: ClassVar[str] = "password_weak"
    message = N_("This password is easy to guess. Add a word or two that nobody would expect.")
    field = "password"

    def __init__(self, advice: str, score: int) -> None:
        super().__init__()
        self.message, self.score = advice, score
