"""Phone numbers: read as people type them, shown so that nobody learns them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from watchword.features.sms_codes.errors import CountryNotServed, NumberNotValid

LONGEST = 32
_SHOWN = 2  # last digits


@dataclass(frozen=True, slots=True)
class Number:
    """A mobile number: the code of its country or of several, and the rest."""

    calling_code: str
    rest: str

    @property
    def e164(self) -> str:
        """How networks write it."""
        return f"{self.prefix}{self.rest}"

    @property
    def prefix(self) -> str:
        return f"+{self.calling_code}"

    @property
    def masked(self) -> str:
        """Enough for its owner to know it by."""
        return f"{self.prefix} ••• {self.rest[-_SHOWN:]}"


def read(typed: str, countries: Collection[str]) -> Number:
    """*typed* with its country code, as a mobile number of one of *countries*; premium-rate and landline ones never."""
    import phonenumbers  # noqa: PLC0415 - optional: watchword[sms]

    if len(typed) > LONGEST:
        raise NumberNotValid
    try:
        found = phonenumbers.parse(_international(typed))
    except phonenumbers.NumberParseException:
        raise NumberNotValid from None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number(found) or found.extension or phonenumbers.number_type(found) not in kinds:
        raise NumberNotValid
    if phonenumbers.region_code_for_number(found) not in countries:
        raise CountryNotServed
    e164 = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    calling_code = str(found.country_code)
    return Number(calling_code, e164.removeprefix(f"+{calling_code}"))


def is_served(number: Number, countries: Collection[str]) -> bool:
    """Whether *number*, taken before, may still get messages: the list may have become shorter."""
    try:
        return read(number.e164, countries) == number
    except (NumberNotValid, CountryNotServed):
        return False


def unknown_countries(countries: Collection[str]) -> list[str]:
    """Those of *countries* that are none."""
    import phonenumbers  # noqa: PLC0415 - see above

    return [each for each in countries if each not in phonenumbers.SUPPORTED_REGIONS]


def _international(typed: str) -> str:
    """`00` is how most of the world dials the `+`."""
    text = typed.strip()
    return f"+{text[2:]}" if text.startswith("00") else text
