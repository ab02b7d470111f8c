"""How a feature declares its settings: one line each, with default, help and range."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Annotated, Any, ClassVar, cast, dataclass_transform, get_args, get_origin, get_type_hints

from watchword.core.problems import CLASH, Problem
from watchword.core.setting_values import fitted, is_understood
from watchword.core.settings_text import sample_of, to_text, words_for

PREFIX = "WATCHWORD_"
APP_CONFIG = "app.config"
_SETTING = "watchword"
_LONGEST_SHOWN = 60
_USERINFO = re.compile(r"(//|^(?!mailto:)[^\s/:]+:(?!//)).*@", re.DOTALL)
_PLAIN = re.compile(r"[\w./:@,+%=?&*\[\]-]*")


def setting(  # noqa: PLR0913 - a declaration is read once by a person, as a table row
    default: Any,
    help: str,  # noqa: A002 - the word its reader looks for
    *,
    at_least: Any = None,
    at_most: Any = None,
    secret: bool = False,
    example: str = "",
    gives_up: str = "",
    name: str = "",
) -> Any:
    """Declare one setting. The default is the safe value; *gives_up* says what a more relaxed one costs.

    *name* replaces the name made from the prefix (`SECRET_KEY`). A *secret* is never shown, anywhere.
    """
    told = {"help": help, "secret": secret, "example": example, "gives_up": gives_up, "name": name}
    bounds = {"at_least": at_least, "at_most": at_most}
    return field(default=default, repr=not secret, metadata={_SETTING: {**told, **bounds}})


class TooLow(ValueError):
    """Below `at_least`."""


class TooHigh(ValueError):
    """Above `at_most`."""


class Misfits(ValueError):
    """What is wrong with the values of a FeatureSettings, by field."""

    def __init__(self, errors: Mapping[str, ValueError]) -> None:
        super().__init__(f"wrong values: {', '.join(errors)}")
        self.errors = dict(errors)


@dataclass_transform(frozen_default=True, kw_only_default=True)
class FeatureSettings:
    """The settings of one feature: `class LoginConfig(FeatureSettings, prefix="LOGIN")`. Frozen.

    Lists are `tuple[…, ...]`, so that a value is frozen all the way down. A validator's ValueError goes on after the
    name ("must be a local path") and doesn't repeat the value.
    """

    prefix: ClassVar[str] = ""

    def __init_subclass__(cls, *, prefix: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.prefix = prefix
        dataclass(frozen=True, kw_only=True)(cls)

    def __post_init__(self) -> None:
        """Raises Misfits unless each value is what its setting takes. A default is taken as it is."""
        errors: dict[str, ValueError] = {}
        for one in declared(type(self)):
            value = getattr(self, one.field)
            try:
                kept = value if value is one.default else one.checked(value)
            except ValueError as error:
                errors[one.field] = error
            else:
                object.__setattr__(self, one.field, kept)
        if errors:
            raise Misfits(errors)

    def rules(self) -> list[Problem]:
        """Contradictions between settings; override and use `clash`. Called only when each value is fine alone."""
        return []

    @classmethod
    def clash(cls, *fields: str, what: str, why: str, fix: str) -> Problem:
        """A contradiction between *fields*. `{0}`, `{1}` in *what* and *fix* become their names."""
        names = [cls.name_of(field) for field in fields]
        what, fix = what.format(*names), fix.format(*names)
        return Problem(code=CLASH, setting=names[0], also=tuple(names[1:]), what=what, why=why, fix=fix)

    @classmethod
    def name_of(cls, field: str) -> str:
        """The full name of a field: `link_lifetime` → `WATCHWORD_PASSWORD_RESET_LINK_LIFETIME`."""
        return next(one.name for one in declared(cls) if one.field == field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One setting as its class declares it: for messages, printed docs and `explain`."""

    name: str
    field: str
    annotation: Any
    default: Any
    help: str
    at_least: Any
    at_most: Any
    secret: bool
    example: str
    gives_up: str
    type: Any
    """The annotation with its validators."""

    def checked(self, value: object) -> Any:
        """*value* as it is kept; a ValueError tells what is wrong with it."""
        kept = fitted(self.type, value)
        if self.at_least is not None and kept is not None and not kept >= self.at_least:
            raise TooLow
        if self.at_most is not None and kept is not None and not kept <= self.at_most:
            raise TooHigh
        return kept

    @property
    def takes(self) -> str:
        """What it takes, in words."""
        return words_for(self.annotation)

    @property
    def sample(self) -> str:
        """A value that would do, as text: the example, else the default, else one of its kind."""
        return self.example or to_text(self.default) or sample_of(self.annotation)

    def shown(self, value: object) -> str:
        """*value* as text, short, with secrets and passwords inside URLs masked."""
        if self.secret:
            return "***" if value else ""
        text = masked(to_text(value))
        return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def masked(text: str) -> str:
    """*text* without what may be a user name and password in an address: all that stands before its last `@`, for
    whoever mistypes an address may have a `/`, a blank or another `@` in there.
    """
    return _USERINFO.sub(r"\1***@", text)


def declared(cls: type[FeatureSettings]) -> tuple[Declared, ...]:
    """The settings of a class, in the order they stand there."""
    return _all_of(cast("Hashable", cls))


@cache
def _all_of(cls: Any) -> tuple[Declared, ...]:
    types = get_type_hints(cls, include_extras=True)
    return tuple(_declared(cls, each, types[each.name]) for each in fields(cls))


def _declared(cls: type[FeatureSettings], one: Field[Any], type_: Any) -> Declared:
    told = one.metadata.get(_SETTING)
    if told is None or one.default is MISSING:
        raise TypeError(f"{cls.__name__}.{one.name} must be declared with setting(default, help)")
    if not is_understood(type_):
        raise TypeError(f"{cls.__name__}.{one.name} has a type that no setting takes: {type_}")
    made = PREFIX + "_".join(part for part in (cls.prefix, one.name.rstrip("_").upper()) if part)
    plain = get_args(type_)[0] if get_origin(type_) is Annotated else type_
    return Declared(
        **{**told, "name": told["name"] or made}, field=one.name, annotation=plain, default=one.default, type=type_
    )


def env_line(name: str, value: str) -> str:
    """The line that sets *name* in `.env` or a shell."""
    if _PLAIN.fullmatch(value) or "'" in value:
        return f"{name}={value}"
    return f"{name}='{value}'"


def paste(name: str, value: str, origin: str) -> str:
    """The line that sets *name*, in the language of the place it came from."""
    if origin == APP_CONFIG:
        return f'app.config["{name}"] = {json.dumps(value, ensure_ascii=False)}'
    return env_line(name, value)
