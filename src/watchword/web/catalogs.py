"""Texts in the reader's language. Babel does the work; our catalogs stay apart from a host's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent.parent / "translations"
DEFAULT = "en"


@dataclass
class Texts:
    """One language: its words, its direction, its way to write times."""

    locale: Locale
    translations: NullTranslations

    @property
    def language(self) -> str:
        """The BCP 47 tag for `<html lang>`."""
        return str(self.locale).replace("_", "-")

    @cached_property
    def direction(self) -> str:
        return str(self.locale.text_direction)

    def gettext(self, text: str, /, **values: object) -> str:
        return _filled(self.translations.ugettext(text), values)

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        return _filled(self.translations.ungettext(one, many, count), {"num": count, "count": count, **values})

    def time(self, moment: datetime) -> str:
        """Date and time to the minute."""
        date, time = format_date(moment, "medium", self.locale), format_time(moment, "short", locale=self.locale)
        return str(get_datetime_format("medium", self.locale)).replace("'", "").format(time, date)

    def ago(self, moment: datetime, now: datetime) -> str:
        return format_timedelta(moment - now, add_direction=True, locale=self.locale)


class Catalogs:
    """All languages of one app, opened when first read. *fixed* is WATCHWORD_LOCALE: then nothing is negotiated."""

    def __init__(self, fixed: str = "") -> None:
        self._fixed = fixed
        self._open: dict[str, Texts] = {}
        self.available = [
            DEFAULT,
            *sorted(found.name for found in FOLDER.glob("*") if (found / "LC_MESSAGES").is_dir()),
        ]

    def texts(self, tag: str | None = None) -> Texts:
        """The texts of *tag*, of the site's fixed language, or English: never an error."""
        name = tag or self._fixed or DEFAULT
        if name not in self._open:
            locale = _locale(name)
            self._open[name] = Texts(
                locale, Translations.load(FOLDER, [locale]) if FOLDER.is_dir() else NullTranslations()
            )
        return self._open[name]

    def negotiated(self, accepted: list[str]) -> Texts:
        if self._fixed:
            return self.texts()
        return self.texts(negotiate_locale([tag.replace("-", "_") for tag in accepted[:20]], self.available))


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return text % values if values else text


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError):
        return Locale(DEFAULT)
