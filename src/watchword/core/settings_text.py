"""Values as people write them in `.env`: `30m`, `yes`, `a, b`. To Python and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:[0-9]{1,9}\s*[wdhms]\s*)+")
_PART = re.compile(r"([0-9]+)\s*([wdhms])")
_LISTS = (tuple, list, frozenset, set)
_WORDS = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    str: "text",
    timedelta: "a length of time",
}
_SAMPLES = {bool: "yes", int: "1", float: "1.0", timedelta: "30m"}

DURATION_WORDS = "a number and its unit: s, m, h, d or w, such as 90s, 30m, 2h or 14d"


def parse_duration(text: str) -> timedelta:
    """`90s`, `10m`, `2h`, `30d`, `1h 30m`. A bare number is refused: was it seconds or minutes? ValueError tells."""
    if not _DURATION.fullmatch(text.strip().lower()):
        raise ValueError(f"must be {DURATION_WORDS}")
    seconds = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text.lower()))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError("is longer than a calendar holds") from None


def format_duration(value: timedelta) -> str:
    """The shortest text that `parse_duration` reads back to the same whole seconds."""
    left = int(value.total_seconds())
    if left <= 0:
        return "0s" if left == 0 else f"-{format_duration(-value)}"
    parts = []
    for unit in ("d", "h", "m", "s"):
        count, left = divmod(left, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)


def parse_list(value: object) -> tuple[Any, ...]:
    """`a, b` or any iterable as a tuple; empty parts are dropped, a single value stands alone."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, Iterable):
        return tuple(value)
    return (value,)


def kind_of(annotation: Any) -> tuple[Any, bool]:
    """The type a setting takes without its `| None`, and whether it may be None."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    kinds = [each for each in get_args(annotation) if each is not NoneType]
    optional = len(kinds) < len(get_args(annotation))
    return (kinds[0] if len(kinds) == 1 else annotation), optional


def from_text(value: object, annotation: Any) -> object:
    """*value* as Python has it: what only people write is converted, all else passes. ValueError in our words."""
    kind, optional = kind_of(annotation)
    text = value.strip() if isinstance(value, str) else None
    if optional and text is not None and text.lower() == "none":
        return None
    if kind is timedelta:
        return _duration(value)
    if get_origin(kind) in _LISTS or kind in _LISTS:
        return parse_list(value)
    if kind in (int, float) and isinstance(value, bool):
        raise ValueError(f"must be {_WORDS[kind]}")
    return value if text is None else text


def to_text(value: object) -> str:
    """*value* as one would write it in `.env`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, Enum):
        return to_text(value.value)
    if isinstance(value, frozenset | set):
        return ",".join(sorted(to_text(each) for each in value))
    if isinstance(value, tuple | list):
        return ",".join(to_text(each) for each in value)
    return "" if value is None else str(value)


def words_for(annotation: Any) -> str:
    """What a setting takes, in words."""
    kind, optional = kind_of(annotation)
    words = _plain_words(kind)
    return f"{words}, or none" if optional else words


def sample_of(annotation: Any) -> str:
    """A value that would be accepted as to its kind, for a line to paste."""
    kind, _ = kind_of(annotation)
    choices = choices_of(kind)
    return choices[0] if choices else _SAMPLES.get(kind, "…")


def choices_of(annotation: Any) -> tuple[str, ...]:
    """The few values a setting knows, as text; empty where it isn't a choice."""
    kind, _ = kind_of(annotation)
    if get_origin(kind) is Literal:
        return tuple(to_text(each) for each in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(to_text(each) for each in kind)
    return ()


def _duration(value: object) -> object:
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, int | float):
        raise ValueError(f"must be {DURATION_WORDS}")  # noqa: TRY004 - one error type for one table of messages
    return value


def _plain_words(kind: Any) -> str:
    choices = choices_of(kind)
    if choices:
        return f"one of {', '.join(choices)}"
    if get_origin(kind) in _LISTS:
        return f"a list of {_plain_words(get_args(kind)[0]).removeprefix('a ')}, parted by commas"
    return _WORDS.get(kind, "text")
