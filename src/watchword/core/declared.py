"""How a feature declares its settings: one line each, with default, help and range."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, Field

from watchword.core.problems import CLASH, Problem
from watchword.core.settings_text import sample_of, to_text, words_for

PREFIX = "WATCHWORD_"
APP_CONFIG = "app.config"
_LONGEST_SHOWN = 60
_USERINFO = re.compile(r"//[^/\s]*@")
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
    extra: Any = {"secret": secret, "example": example, "gives_up": gives_up, "name": name}
    return Field(default, description=help, ge=at_least, le=at_most, repr=not secret, json_schema_extra=extra)


class FeatureSettings(BaseModel):
    """The settings of one feature: `class LoginConfig(FeatureSettings, prefix="LOGIN")`. Frozen.

    Lists are `tuple[…, ...]`, so that a value is frozen all the way down. A validator's ValueError goes on after the
    name ("must be a local path") and doesn't repeat the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, coerce_numbers_to_str=True)

    prefix: ClassVar[str] = ""

    def __init_subclass__(cls, *, prefix: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.prefix = prefix

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
        own: str = _extra(cls, field)["name"]
        return own or PREFIX + "_".join(part for part in (cls.prefix, field.rstrip("_").upper()) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One setting as its class declares it: for messages, printed docs and `explain`."""

    name: str
    field: str
    annotation: Any
    default: Any
    required: bool
    help: str
    at_least: Any
    at_most: Any
    secret: bool
    example: str
    gives_up: str

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
        text = _USERINFO.sub("//***@", to_text(value))
        return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def declared(cls: type[FeatureSettings]) -> tuple[Declared, ...]:
    """The settings of a class, in the order they stand there."""
    return tuple(_declared(cls, field) for field in cls.model_fields)


def _declared(cls: type[FeatureSettings], field: str) -> Declared:
    info, extra = cls.model_fields[field], _extra(cls, field)
    bounds = [(getattr(each, "ge", None), getattr(each, "le", None)) for each in info.metadata]
    return Declared(
        name=cls.name_of(field),
        field=field,
        annotation=info.annotation,
        default=info.default,
        required=info.is_required(),
        help=info.description or "",
        at_least=next((low for low, _ in bounds if low is not None), None),
        at_most=next((high for _, high in bounds if high is not None), None),
        secret=extra["secret"],
        example=extra["example"],
        gives_up=extra["gives_up"],
    )


def _extra(cls: type[FeatureSettings], field: str) -> dict[str, Any]:
    extra = cls.model_fields[field].json_schema_extra
    if not isinstance(extra, dict):
        raise TypeError(f"{cls.__name__}.{field} must be declared with setting(default, help)")
    return cast("dict[str, Any]", extra)


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
