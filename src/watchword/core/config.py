"""Settings of an app: read once, checked at start, frozen. All problems are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from watchword.core import problems as codes
from watchword.core.declared import (
    APP_CONFIG,
    PREFIX,
    Declared,
    FeatureSettings,
    Misfits,
    TooHigh,
    TooLow,
    declared,
    masked,
    paste,
    setting,
)
from watchword.core.problems import ConfigError, Problem
from watchword.core.setting_values import AfterValidator, BeforeValidator, NotOneOf, NotValid
from watchword.core.settings_text import choices_of, from_text, to_text

__all__ = [
    "AfterValidator",
    "BeforeValidator",
    "ConfigError",
    "Declared",
    "FeatureSettings",
    "Problem",
    "Row",
    "Settings",
    "declared",
    "paste",
    "read_settings",
    "setting",
]

S = TypeVar("S", bound=FeatureSettings)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `flask watchword settings`. A secret is masked."""

    name: str
    value: str
    default: str
    source: str


class Settings:
    """All settings of an app, frozen, looked up by their class: `settings[LoginConfig].lifetime`."""

    def __init__(
        self, *sets: FeatureSettings, notes: Sequence[str] = (), origins: Mapping[str, str] | None = None
    ) -> None:
        self._sets = {type(each): each for each in sets}
        self._origins = dict(origins or {})
        self.notes = tuple(notes)

    def __getitem__(self, wanted: type[S]) -> S:
        try:
            return cast("S", self._sets[wanted])
        except KeyError:
            raise KeyError(f"{wanted.__name__}: its feature is not on") from None

    def __contains__(self, wanted: object) -> bool:
        return wanted in self._sets

    def with_(self, changed: FeatureSettings) -> Settings:
        """The same settings but for those of one feature."""
        sets = {**self._sets, type(changed): changed}
        return Settings(*sets.values(), notes=self.notes, origins=self._origins)

    def __iter__(self) -> Iterator[FeatureSettings]:
        return iter(self._sets.values())

    def __len__(self) -> int:
        return len(self._sets)

    def __repr__(self) -> str:
        return f"Settings({', '.join(cls.__name__ for cls in self._sets)})"

    def origin(self, name: str) -> str:
        """Where the value of *name* came from: `environment`, `.env`, `app.config`, or `default`."""
        return self._origins.get(name, "default")

    def explain(self) -> list[Row]:
        """Every setting with its value, default and origin, secrets masked."""
        return [self._row(each, one) for each in self for one in declared(type(each))]

    def _row(self, each: FeatureSettings, one: Declared) -> Row:
        value = getattr(each, one.field)
        return Row(one.name, one.shown(value), one.shown(one.default), self.origin(one.name))


def read_settings(
    classes: Iterable[type[FeatureSettings]],
    source: Mapping[str, object],
    *,
    known: Mapping[str, str] | None = None,
    origins: Mapping[str, str] | None = None,
) -> Settings:
    """Check everything in *source* that concerns *classes*; raise one ConfigError with all problems.

    *known* maps names of settings whose feature is off to that feature: they are only noted. *origins* maps names to
    where they came from. None and "" count as not given.
    """
    reader = _Reader(source, known or {}, origins or {})
    sets = [made for cls in classes if (made := reader.read(cls)) is not None]
    reader.look_for_strangers()
    if reader.problems:
        raise ConfigError(reader.problems)
    return Settings(*sets, notes=reader.notes, origins={name: reader.origin(name) for name in reader.given})


class _Reader:
    """Goes through one source and collects what is wrong with it."""

    def __init__(self, source: Mapping[str, object], known: Mapping[str, str], origins: Mapping[str, str]) -> None:
        self.source, self.known, self.origins = source, known, origins
        self.names: dict[str, Declared] = {}
        self.given: dict[str, object] = {}
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def origin(self, name: str) -> str:
        return self.origins.get(name, APP_CONFIG)

    def read(self, cls: type[S]) -> S | None:
        values: dict[str, object] = {}
        before = len(self.problems)
        for one in declared(cls):
            self._take(one, values)
        made = self._validated(cls, values)
        if made is not None and len(self.problems) == before:
            self.problems += [self._located(each) for each in made.rules()]
        return made

    def _take(self, one: Declared, values: dict[str, object]) -> None:
        if one.name in self.names:
            raise ValueError(f"two features declare {one.name}")
        self.names[one.name] = one
        value = self.source.get(one.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        self.given[one.name] = value
        try:
            # A secret is taken as it is: a blank at its end belongs to it, for Flask signs with it too.
            raw = one.secret and one.annotation is str
            values[one.field] = value if raw else from_text(value, one.annotation)
        except ValueError as error:
            self._add(one, codes.WRONG_TYPE, f"{one.name} {error}.", better=one.sample)

    def _validated(self, cls: type[S], values: dict[str, object]) -> S | None:
        try:
            return cls(**values)
        except Misfits as found:
            wrong = found.errors
        for one in declared(cls):
            if one.field in wrong:
                code, what, better = _translated(one, wrong[one.field])
                self._add(one, code, what, better=better)
        return None

    def _add(self, one: Declared, code: str, what: str, *, better: str) -> None:
        origin = self.origin(one.name)
        if one.secret:  # a validator of somebody else's may repeat what it refuses
            what = what.replace(str(self.given.get(one.name, "")) or what, "***")
        what = masked(what)
        why = one.help if not one.gives_up else f"{one.help} {one.gives_up}"
        fix = paste(one.name, better, origin)
        seen = self._seen(one.name)
        self.problems.append(Problem(code=code, setting=one.name, what=what, why=why, fix=fix, seen=seen))

    def _seen(self, name: str) -> str:
        one = self.names[name]
        if name not in self.given:
            return f"{name} = {one.shown(one.default)!r}, its default"
        value = self.given[name]
        shown = "a value that is not shown" if one.secret else f"{one.shown(value)!r}"
        return f"{name} = {shown}, from {self.origin(name)}"

    def _located(self, problem: Problem) -> Problem:
        """A problem told by a feature's own rules, with where the values came from."""
        names = [name for name in (problem.setting, *problem.also) if name in self.names]
        name, _, better = problem.fix.partition("=")
        fix = paste(name, better, self.origin(name)) if name in self.names else problem.fix
        return replace(problem, fix=fix, seen=problem.seen or "; ".join(map(self._seen, names)))

    def look_for_strangers(self) -> None:
        for name in sorted(str(key) for key in self.source):
            if not name.upper().startswith(PREFIX) or name in self.names:
                continue
            if name in self.known:
                self.notes.append(f"{name} has no effect: {self.known[name]} is off.")
            else:
                self.problems.append(self._stranger(name))

    def _stranger(self, name: str) -> Problem:
        guess = _closest(name, [*self.names, *self.known])
        what = f"Nobody reads {name}." + (f" Did you mean {guess}?" if guess else "")
        if guess in self.known:
            what += f" It belongs to {self.known[guess]}, which is off."
        why = "A misspelt name changes nothing: what you meant to set keeps its default."
        fix = f"Rename {name} to {guess}." if guess else f"Delete {name}; docs/reference/settings.md lists every name."
        seen = f"{name}, from {self.origin(name)}"
        return Problem(code=codes.UNKNOWN_NAME, setting=name, what=what, why=why, fix=fix, seen=seen)


def _closest(name: str, names: Sequence[str]) -> str:
    short = {each.removeprefix(PREFIX): each for each in names}
    close = difflib.get_close_matches(name.upper().removeprefix(PREFIX), short, n=1, cutoff=0.6)
    return short[close[0]] if close else ""


def _translated(one: Declared, error: ValueError) -> tuple[str, str, str]:
    """What is wrong with a value: code, words, and a value that would do."""
    match error:
        case TooLow():
            return codes.OUT_OF_RANGE, f"{one.name} must be at least {to_text(one.at_least)}.", to_text(one.at_least)
        case TooHigh():
            return codes.OUT_OF_RANGE, f"{one.name} must be at most {to_text(one.at_most)}.", to_text(one.at_most)
        case NotOneOf():
            return codes.NOT_ONE_OF, f"{one.name} must be {one.takes}.", choices_of(one.annotation)[0]
        case NotValid():
            return codes.NOT_VALID, f"{one.name} {error}.", one.sample
        case _:
            return codes.WRONG_TYPE, f"{one.name} must be {one.takes}.", one.sample
