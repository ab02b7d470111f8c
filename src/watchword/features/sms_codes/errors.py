"""Refusals of codes by text message."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class NumberNotValid(AuthError):
    code: ClassVar[str] = "sms_number_not_valid"
    message = N_("Type a mobile number with its country code, such as +49 1511 2345678.")
    field = "number"


class CountryNotServed(AuthError):
    code: ClassVar[str] = "sms_country_not_served"
    message = N_("We can't send codes to numbers of that country. Use an authenticator app or a passkey.")
    field = "number"


class WrongSmsCode(AuthError):
    code: ClassVar[str] = "wrong_sms_code"
    message = N_("That code isn't right. Type the one in our newest message.")
    field = "code"


class SmsCodeNotValid(AuthError):
    """Never asked for here, used, too old, or guessed at too often."""

    code: ClassVar[str] = "sms_code_not_valid"
    message = N_("That code doesn't work any more. Ask for a new one.")
    field = "code"


class SmsNotOffered(AuthError):
    """A message would not help this user here, so none is sent."""

    code: ClassVar[str] = "sms_not_offered"
    message = N_("A text message doesn't help here. Use another way.")


class PhoneNotFound(AuthError):
    code: ClassVar[str] = "phone_not_found"
    status: ClassVar[int] = 404
    message = N_("That phone number isn't in your account any more.")
