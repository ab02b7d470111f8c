"""Whether a value fits what a setting was declared to be. The texts of `.env` were read before: see `settings_text`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from watchword.core.settings_text import kind_of

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})


@dataclass(frozen=True, slots=True)
class BeforeValidator:
    """`Annotated[str, BeforeValidator(convert)]`: *convert* is given what was set, whatever it is."""

    run: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class AfterValidator:
    """`Annotated[str, AfterValidator(check)]`: *check* is given a value of the right type, and returns what is kept.

    Its ValueError goes on after the name of the setting ("must be a local path") and doesn't repeat the value.
    """

    run: Callable[[Any], Any]


class WrongType(ValueError):
    """Not of the kind that was declared."""


class NotOneOf(ValueError):
    """None of the few values that were declared."""


class NotValid(ValueError):
    """A validator refused it, in its own words."""


def fitted(annotation: Any, value: Any) -> Any:
    """*value* as the type *annotation* names, or one of the errors above."""
    if get_origin(annotation) is Annotated:
        kind, *validators = get_args(annotation)
        return _validated(kind, validators, value)
    kind, optional = kind_of(annotation)
    if kind is Any or (optional and value is None):
        return value
    if get_origin(kind) is tuple:
        return _each(get_args(kind)[0], value)
    if get_origin(kind) is Literal or _is_enum(kind):
        return _one_of(kind, value)
    return _FITTED[kind](value)


def is_understood(annotation: Any) -> bool:
    """Whether `fitted` knows what to do: a setting of another type is its programmer's mistake."""
    if get_origin(annotation) is Annotated:
        kind, *validators = get_args(annotation)
        return is_understood(kind) and all(isinstance(each, AfterValidator | BeforeValidator) for each in validators)
    kind, _ = kind_of(annotation)
    if get_origin(kind) is tuple:
        return get_args(kind)[1:] == (...,) and is_understood(get_args(kind)[0])
    return kind is Any or get_origin(kind) is Literal or kind in _FITTED or _is_enum(kind)


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _validated(kind: Any, validators: list[Any], value: Any) -> Any:
    try:
        for each in validators:
            value = each.run(value) if isinstance(each, BeforeValidator) else value
        value = fitted(kind, value)
        for each in validators:
            value = each.run(value) if isinstance(each, AfterValidator) else value
    except (WrongType, NotOneOf, NotValid):
        raise
    except ValueError as error:
        raise NotValid(str(error)) from None
    return value


def _each(kind: Any, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple | list):
        raise WrongType
    return tuple(fitted(kind, each) for each in value)


def _one_of(kind: Any, value: Any) -> Any:
    known = {each: each for each in get_args(kind)} or {key: each for each in kind for key in (each, each.value)}
    if not isinstance(value, str | int | Enum) or value not in known:
        raise NotOneOf
    return known[value]


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str | int) else ""
    if word not in _YES | _NO:
        raise WrongType
    return word in _YES


def _number(kind: type[int | float]) -> Callable[[Any], int | float]:
    def fit(value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise WrongType
        try:
            number = kind(value)
        except (ValueError, OverflowError):
            raise WrongType from None
        if not isinstance(value, str) and number != value:
            raise WrongType
        return number

    return fit


def _str(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongType
    return str(value)


def _timedelta(value: Any) -> timedelta:
    if not isinstance(value, timedelta):
        raise WrongType
    return value


_FITTED: dict[Any, Callable[[Any], Any]] = {
    bool: _bool,
    int: _number(int),
    float: _number(float),
    str: _str,
    timedelta: _timedelta,
}
