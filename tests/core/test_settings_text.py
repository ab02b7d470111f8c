from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Literal

import pytest

from watchword.core.config import FeatureSettings, paste, read_settings, setting
from watchword.core.settings_text import format_duration, parse_duration, parse_list, to_text


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class DoorConfig(FeatureSettings, prefix="DOOR"):
    """The door."""

    idle: timedelta = setting(timedelta(minutes=30), "A key sleeps after this pause.")
    knocks: int = setting(5, "How often one may knock.")
    bell: bool = setting(True, "Whether it rings.")
    names: tuple[str, ...] = setting((), "Who lives here.")
    colour: Colour = setting(Colour.RED, "Its colour.")
    opens: Literal["in", "out"] = setting("in", "Which way it opens.")
    grace: timedelta | None = setting(None, "A pause before it shuts.")
    label: str = setting("", "What stands on it.")
    code: str = setting("", "The code.", secret=True, name="DOOR_CODE")
    old_codes: tuple[str, ...] = setting((), "Earlier codes.", secret=True)
    from_: str = setting("", "Where it was made.")


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("WATCHWORD_DOOR_IDLE", "90s", "idle", timedelta(seconds=90)),
        ("WATCHWORD_DOOR_IDLE", "10m", "idle", timedelta(minutes=10)),
        ("WATCHWORD_DOOR_IDLE", " 2H ", "idle", timedelta(hours=2)),
        ("WATCHWORD_DOOR_IDLE", "1h 30m", "idle", timedelta(minutes=90)),
        ("WATCHWORD_DOOR_IDLE", timedelta(hours=3), "idle", timedelta(hours=3)),
        ("WATCHWORD_DOOR_KNOCKS", "7", "knocks", 7),
        ("WATCHWORD_DOOR_KNOCKS", 7, "knocks", 7),
        ("WATCHWORD_DOOR_BELL", "true", "bell", True),
        ("WATCHWORD_DOOR_BELL", "Yes", "bell", True),
        ("WATCHWORD_DOOR_BELL", "on", "bell", True),
        ("WATCHWORD_DOOR_BELL", "1", "bell", True),
        ("WATCHWORD_DOOR_BELL", "no", "bell", False),
        ("WATCHWORD_DOOR_BELL", "0", "bell", False),
        ("WATCHWORD_DOOR_BELL", False, "bell", False),
        ("WATCHWORD_DOOR_NAMES", "a, b,,c ", "names", ("a", "b", "c")),
        ("WATCHWORD_DOOR_NAMES", ["a", "b"], "names", ("a", "b")),
        ("WATCHWORD_DOOR_COLOUR", "blue", "colour", Colour.BLUE),
        ("WATCHWORD_DOOR_COLOUR", Colour.BLUE, "colour", Colour.BLUE),
        ("WATCHWORD_DOOR_OPENS", "out", "opens", "out"),
        ("WATCHWORD_DOOR_GRACE", "5s", "grace", timedelta(seconds=5)),
        ("WATCHWORD_DOOR_GRACE", "none", "grace", None),
        ("WATCHWORD_DOOR_LABEL", 1, "label", "1"),
        ("WATCHWORD_DOOR_OLD_CODES", "a,b", "old_codes", ("a", "b")),
        ("WATCHWORD_DOOR_LABEL", None, "label", ""),
        ("WATCHWORD_DOOR_KNOCKS", "", "knocks", 5),
        ("WATCHWORD_DOOR_FROM", "Lyon", "from_", "Lyon"),
        ("DOOR_CODE", " with blanks ", "code", " with blanks "),
    ],
)
def test_text_becomes_what_the_setting_takes_and_typed_values_pass(
    name: str, value: object, field: str, expected: object
) -> None:
    door = read_settings([DoorConfig], {name: value})[DoorConfig]

    assert getattr(door, field) == expected


@pytest.mark.parametrize("text", ["0s", "1s", "90s", "10m", "2h", "30d", "1d 2h 3m 4s"])
def test_a_length_of_time_written_and_read_again_is_the_same(text: str) -> None:
    value = parse_duration(text)

    assert parse_duration(format_duration(value)) == value


@pytest.mark.parametrize("text", ["", "m", "10", "-5m", "1.5h", "10 minutes", "5y", "٣m "])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        parse_duration(text)


def test_lists_and_values_have_one_spelling() -> None:
    assert parse_list(5) == (5,)
    assert parse_list("") == ()
    assert to_text(frozenset({"b", "a"})) == "a,b"
    assert to_text(timedelta(seconds=-90)) == "-1m 30s"
    assert to_text(None) == ""


def test_a_value_with_blanks_is_quoted_in_the_line_to_paste() -> None:
    assert paste("WATCHWORD_X", "Anna <a@example.com>", ".env") == "WATCHWORD_X='Anna <a@example.com>'"
