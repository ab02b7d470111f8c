"""Texts in the reader's language. Babel does the work; our catalogs stay apart from a host's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from watchword.core.later import Later

if TYPE_CHECKING:
    import babel
    from babel import Locale, dates, support
else:  # loaded with the first text of ours: a host's own page has none
    babel, dates, support = (Later(name, needs="babel") for name in ("babel", "babel.dates", "babel.support"))

FOLDER = Path(__file__).parent.parent / "translations"
DEFAULT = "en"
_LONGEST_KEPT, _MOST_KEPT = 100, 1000
"""Of headers whose answer is remembered: those of real browsers are few and short."""


@dataclass
class Texts:
    """One language: its words, its direction, its way to write times."""

    locale: Locale
    translations: support.NullTranslations

    @cached_property
    def language(self) -> str:
        """The BCP 47 tag for `<html lang>`."""
        return str(self.locale).replace("_", "-")

    @cached_property
    def direction(self) -> str:
        return str(self.locale.text_direction)

    def gettext(self, text: str, /, **values: object) -> str:
        return _filled(self.translations.ugettext(text), values)

    def on_page(self, text: str, /, **values: object) -> str:
        """`_()` in templates: the text is ours, so it may hold markup; values are escaped."""
        found: str = self.translations.ugettext(text)
        return Markup(found) % {name: escape(value) for name, value in values.items()} if values else found  # noqa: S704

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        return _filled(self.translations.ungettext(one, many, count), {"num": count, "count": count, **values})

    def time(self, moment: datetime) -> str:
        """Date and time to the minute."""
        return _told(self.locale, moment.replace(second=0, microsecond=0))

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago that was, to the minute."""
        return _ago(self.locale, round((moment - now).total_seconds() / 60))


class Catalogs:
    """All languages of one app, opened when first read. *fixed* is WATCHWORD_LOCALE: then nothing is negotiated."""

    def __init__(self, fixed: str = "") -> None:
        self._fixed = fixed
        self._open: dict[str, Texts] = {}
        self._answers: dict[str, Texts] = {}
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
                locale, support.Translations.load(FOLDER, [locale]) if FOLDER.is_dir() else support.NullTranslations()
            )
        return self._open[name]

    def negotiated(self, accept_language: str) -> Texts:
        """The texts for a browser that sends this header."""
        if self._fixed:
            return self.texts()
        found = self._answers.get(accept_language)
        if found is None:
            found = self._best_of(accept_language)
            if len(accept_language) <= _LONGEST_KEPT and len(self._answers) < _MOST_KEPT:
                self._answers[accept_language] = found
        return found

    def _best_of(self, accept_language: str) -> Texts:
        tags = [tag.replace("-", "_") for tag in parse_accept_header(accept_language, LanguageAccept).values()]
        return self.texts(babel.negotiate_locale(tags[:20], self.available))


@cache
def _to_the_minute(locale: Locale) -> dates.DateTimePattern:
    """One pattern for date and time: reading three anew for each moment took longer than writing it."""
    date, time = dates.get_date_format("medium", locale), dates.get_time_format("short", locale)
    return dates.parse_pattern(str(dates.get_datetime_format("medium", locale)).format(time.pattern, date.pattern))


@lru_cache(1024)
def _told(locale: Locale, moment: datetime) -> str:
    return _to_the_minute(locale).apply(moment, locale)


@lru_cache(1024)
def _ago(locale: Locale, minutes: int) -> str:
    return dates.format_timedelta(timedelta(minutes=minutes), add_direction=True, locale=locale)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return text % values if values else text


def _locale(name: str) -> Locale:
    try:
        return babel.Locale.parse(name, sep="-" if "-" in name else "_")
    except (babel.UnknownLocaleError, ValueError):
        return babel.Locale(DEFAULT)
