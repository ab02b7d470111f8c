from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal

import pytest

from watchword.core import problems as codes
from watchword.core.config import (
    AfterValidator,
    ConfigError,
    FeatureSettings,
    Problem,
    Settings,
    declared,
    read_settings,
    setting,
)

SECRET = "correct-horse-battery-staple-of-the-house"


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number


def _tell_tale(text: str) -> str:
    raise ValueError(f"can't be {text}")


class DoorConfig(FeatureSettings, prefix="DOOR"):
    """The door."""

    lifetime: timedelta = setting(
        timedelta(hours=12),
        "A key opens the door this long.",
        at_least=timedelta(minutes=1),
        at_most=timedelta(days=1),
        gives_up="A lost key opens it longer.",
    )
    idle: timedelta = setting(timedelta(minutes=30), "A key sleeps after this pause.")
    knocks: int = setting(5, "How often one may knock.", at_least=1, at_most=100)
    pairs: Annotated[int, AfterValidator(_even)] = setting(2, "Hinges.")
    bell: bool = setting(True, "Whether it rings.")
    names: tuple[str, ...] = setting((), "Who lives here.", example="anna,bo")
    colour: Colour = setting(Colour.RED, "Its colour.")
    opens: Literal["in", "out"] = setting("in", "Which way it opens.")
    grace: timedelta | None = setting(None, "A pause before it shuts.")
    label: str = setting("", "What stands on it.")
    code: str = setting("", "The code.", secret=True, name="DOOR_CODE")
    old_codes: tuple[str, ...] = setting((), "Earlier codes.", secret=True)

    def rules(self) -> list[Problem]:
        if self.idle <= self.lifetime:
            return []
        what = "{0} must not be longer than {1}."
        return [self.clash("idle", "lifetime", what=what, why="A pause outlives the key.", fix="{0}=30m")]


class TellTale(FeatureSettings, prefix="TALE"):
    key: Annotated[str, AfterValidator(_tell_tale)] = setting("", "A key.", secret=True)


def read(source: Mapping[str, object], **more: Any) -> DoorConfig:
    return read_settings([DoorConfig], source, **more)[DoorConfig]


def problems_of(source: Mapping[str, object], **more: Any) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        read_settings([DoorConfig], source, **more)
    return caught.value.problems


@pytest.mark.parametrize(
    ("source", "code", "what", "fix"),
    [
        ({"WATCHWORD_DOOR_LIFETIME": "30"}, codes.WRONG_TYPE, "number and its unit", "WATCHWORD_DOOR_LIFETIME=12h"),
        ({"WATCHWORD_DOOR_LIFETIME": 30}, codes.WRONG_TYPE, "number and its unit", "WATCHWORD_DOOR_LIFETIME=12h"),
        ({"WATCHWORD_DOOR_LIFETIME": "PT5M"}, codes.WRONG_TYPE, "unit", "WATCHWORD_DOOR_LIFETIME=12h"),
        ({"WATCHWORD_DOOR_LIFETIME": "999999999w"}, codes.WRONG_TYPE, "calendar", "WATCHWORD_DOOR_LIFETIME=12h"),
        ({"WATCHWORD_DOOR_LIFETIME": []}, codes.WRONG_TYPE, "a length of time", "WATCHWORD_DOOR_LIFETIME=12h"),
        ({"WATCHWORD_DOOR_LIFETIME": "2d"}, codes.OUT_OF_RANGE, "at most 1d", "WATCHWORD_DOOR_LIFETIME=1d"),
        ({"WATCHWORD_DOOR_LIFETIME": "1s"}, codes.OUT_OF_RANGE, "at least 1m", "WATCHWORD_DOOR_LIFETIME=1m"),
        ({"WATCHWORD_DOOR_KNOCKS": "many"}, codes.WRONG_TYPE, "a whole number", "WATCHWORD_DOOR_KNOCKS=5"),
        ({"WATCHWORD_DOOR_KNOCKS": "1.5"}, codes.WRONG_TYPE, "a whole number", "WATCHWORD_DOOR_KNOCKS=5"),
        ({"WATCHWORD_DOOR_KNOCKS": True}, codes.WRONG_TYPE, "a whole number", "WATCHWORD_DOOR_KNOCKS=5"),
        ({"WATCHWORD_DOOR_KNOCKS": "0"}, codes.OUT_OF_RANGE, "at least 1", "WATCHWORD_DOOR_KNOCKS=1"),
        ({"WATCHWORD_DOOR_KNOCKS": 101}, codes.OUT_OF_RANGE, "at most 100", "WATCHWORD_DOOR_KNOCKS=100"),
        ({"WATCHWORD_DOOR_PAIRS": 3}, codes.NOT_VALID, "must be even", "WATCHWORD_DOOR_PAIRS=2"),
        ({"WATCHWORD_DOOR_BELL": "maybe"}, codes.WRONG_TYPE, "yes or no", "WATCHWORD_DOOR_BELL=yes"),
        ({"WATCHWORD_DOOR_NAMES": [object()]}, codes.WRONG_TYPE, "list of text", "WATCHWORD_DOOR_NAMES=anna,bo"),
        ({"WATCHWORD_DOOR_COLOUR": "green"}, codes.NOT_ONE_OF, "one of red, blue", "WATCHWORD_DOOR_COLOUR=red"),
        ({"WATCHWORD_DOOR_OPENS": "up"}, codes.NOT_ONE_OF, "one of in, out", "WATCHWORD_DOOR_OPENS=in"),
        ({"WATCHWORD_DOOR_IDLE": "13h"}, codes.CLASH, "WATCHWORD_DOOR_LIFETIME", "WATCHWORD_DOOR_IDLE=30m"),
        ({"WATCHWORD_DOR_IDLE": "1h"}, codes.UNKNOWN_NAME, "Did you mean WATCHWORD_DOOR_IDLE?", "WATCHWORD_DOOR_IDLE"),
        ({"WATCHWORD_DOOR_KNOCK": 1}, codes.UNKNOWN_NAME, "WATCHWORD_DOOR_KNOCKS?", "WATCHWORD_DOOR_KNOCKS."),
        ({"WATCHWORD_IDLE": "1h"}, codes.UNKNOWN_NAME, "WATCHWORD_DOOR_IDLE?", "WATCHWORD_DOOR_IDLE."),
        ({"watchword_door_bell": 1}, codes.UNKNOWN_NAME, "WATCHWORD_DOOR_BELL?", "WATCHWORD_DOOR_BELL."),
        ({"WATCHWORD_DOOR_CODE": "x"}, codes.UNKNOWN_NAME, "Did you mean DOOR_CODE?", "to DOOR_CODE."),
        ({"WATCHWORD_XYZZY": 1}, codes.UNKNOWN_NAME, "Nobody reads WATCHWORD_XYZZY.", "Delete WATCHWORD_XYZZY"),
    ],
)
def test_a_mistake_is_told_with_code_reason_fix_and_origin(
    source: dict[str, object], code: str, what: str, fix: str
) -> None:
    (name,) = source

    (problem,) = problems_of(source, origins={name: ".env"})

    assert problem.code == code
    assert what in problem.what
    assert name in problem.what
    assert fix in problem.fix
    assert problem.why
    assert ".env" in problem.seen
    told = str(problem)
    assert all(f"  {word}:" in told for word in ("Why", "Fix", "Docs", "Seen"))
    assert told.startswith(code)


def test_all_problems_of_all_features_are_told_at_once() -> None:
    class HallConfig(FeatureSettings, prefix="HALL"):
        lamps: int = setting(1, "Lamps.", at_least=1)

    source = {
        "WATCHWORD_DOOR_LIFETIME": "2d",
        "WATCHWORD_DOOR_IDLE": "soon",
        "WATCHWORD_DOOR_BELL": "maybe",
        "WATCHWORD_HALL_LAMPS": "0",
        "WATCHWORD_HAL_LAMPS": "1",
    }
    with pytest.raises(ConfigError) as caught:
        read_settings([DoorConfig, HallConfig], source)

    assert {problem.setting for problem in caught.value.problems} == set(source)
    assert len(caught.value.problems) == len(source)
    assert "5 problems" in str(caught.value)
    assert all(name in str(caught.value) for name in source)


def test_rules_wait_until_every_value_is_fine_alone() -> None:
    problems = problems_of({"WATCHWORD_DOOR_IDLE": "13h", "WATCHWORD_DOOR_KNOCKS": "x"})

    assert [problem.setting for problem in problems] == ["WATCHWORD_DOOR_KNOCKS"]


def test_a_contradiction_names_both_settings_and_where_both_came_from() -> None:
    (problem,) = problems_of({"WATCHWORD_DOOR_IDLE": "13h"}, origins={"WATCHWORD_DOOR_IDLE": "environment"})

    assert problem.seen == "WATCHWORD_DOOR_IDLE = '13h', from environment; WATCHWORD_DOOR_LIFETIME = '12h', its default"


def test_the_fix_is_a_line_of_the_place_where_the_value_came_from() -> None:
    (in_code,) = problems_of({"WATCHWORD_DOOR_LIFETIME": "2d"})
    (in_file,) = problems_of({"WATCHWORD_DOOR_LIFETIME": "2d"}, origins={"WATCHWORD_DOOR_LIFETIME": ".env"})
    (of_a_rule,) = problems_of({"WATCHWORD_DOOR_IDLE": "13h"})

    assert in_code.fix == 'app.config["WATCHWORD_DOOR_LIFETIME"] = "1d"'
    assert in_file.fix == "WATCHWORD_DOOR_LIFETIME=1d"
    assert of_a_rule.fix == 'app.config["WATCHWORD_DOOR_IDLE"] = "30m"'


def test_what_a_relaxed_value_costs_is_part_of_the_reason() -> None:
    (problem,) = problems_of({"WATCHWORD_DOOR_LIFETIME": "2d"})

    assert problem.why == "A key opens the door this long. A lost key opens it longer."


def test_settings_of_a_feature_that_is_off_are_only_noted() -> None:
    known = {"WATCHWORD_ATTIC_SIZE": "attic"}

    settings = read_settings([DoorConfig], {"WATCHWORD_ATTIC_SIZE": "???"}, known=known)

    assert settings.notes == ("WATCHWORD_ATTIC_SIZE has no effect: attic is off.",)


def test_a_misspelt_setting_of_a_feature_that_is_off_says_so() -> None:
    (problem,) = problems_of({"WATCHWORD_ATIC_SIZE": 1}, known={"WATCHWORD_ATTIC_SIZE": "attic"})

    assert problem.what.endswith("Did you mean WATCHWORD_ATTIC_SIZE? It belongs to attic, which is off.")


def test_settings_of_others_are_nobodys_business() -> None:
    assert read({"DEBUG": "???", "MAIL_SERVER": 1, "SESSION_COOKIE_NAME": None}).knocks == 5


@pytest.mark.parametrize(
    "wrong", [{"WATCHWORD_DOOR_KNOCKS": "x"}, {"WATCHWORD_DOOR_CODES": SECRET}, {"DOOR_CODE": b"\xff"}]
)
def test_a_secret_is_in_no_message(wrong: dict[str, object]) -> None:
    source = {"DOOR_CODE": SECRET, "WATCHWORD_DOOR_OLD_CODES": [SECRET, object()], **wrong}

    with pytest.raises(ConfigError) as caught:
        read_settings([DoorConfig], source)

    assert SECRET not in str(caught.value) + repr(caught.value) + repr(caught.value.problems)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_secret_stays_hidden_even_if_its_validator_repeats_it() -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings([TellTale], {"WATCHWORD_TALE_KEY": SECRET})

    assert SECRET not in str(caught.value)


def test_a_secret_is_in_no_repr_and_in_no_row() -> None:
    settings = read_settings([DoorConfig], {"DOOR_CODE": SECRET, "WATCHWORD_DOOR_OLD_CODES": SECRET})

    shown = repr(settings) + repr(settings[DoorConfig]) + str(settings[DoorConfig]) + repr(settings.explain())

    assert settings[DoorConfig].code == SECRET
    assert SECRET not in shown
    assert ("DOOR_CODE", "***") in [(row.name, row.value) for row in settings.explain()]


def test_a_password_inside_an_address_is_masked_even_where_none_was_expected() -> None:
    source = {"WATCHWORD_DOOR_KNOCKS": f"https://anna:{SECRET}@example.com"}

    (problem,) = problems_of(source)

    assert SECRET not in str(problem)
    assert "https://***@example.com" in problem.seen


def test_a_value_in_a_message_is_cut_short() -> None:
    (problem,) = problems_of({"WATCHWORD_DOOR_KNOCKS": "9" * 5000 + "x"})

    assert len(problem.seen) < 150


def test_settings_are_frozen() -> None:
    door = read({})

    with pytest.raises(FrozenInstanceError):
        door.knocks = 99


def test_a_field_nobody_declared_is_refused() -> None:
    with pytest.raises(TypeError):
        DoorConfig(knock=1)  # type: ignore[call-arg]


def test_settings_are_looked_up_by_their_class() -> None:
    settings = Settings(DoorConfig(knocks=3))

    assert settings[DoorConfig].knocks == 3
    assert list(settings) == [DoorConfig(knocks=3)]
    assert DoorConfig in settings
    with pytest.raises(KeyError, match="TellTale: its feature is not on"):
        settings[TellTale]


def test_explain_tells_value_default_and_origin() -> None:
    settings = read_settings(
        [DoorConfig],
        {"WATCHWORD_DOOR_LIFETIME": "90m", "WATCHWORD_DOOR_BELL": False},
        origins={"WATCHWORD_DOOR_LIFETIME": "environment"},
    )

    rows = {row.name: (row.value, row.default, row.source) for row in settings.explain()}

    assert rows["WATCHWORD_DOOR_LIFETIME"] == ("1h 30m", "12h", "environment")
    assert rows["WATCHWORD_DOOR_BELL"] == ("no", "yes", "app.config")
    assert rows["WATCHWORD_DOOR_KNOCKS"] == ("5", "5", "default")


def test_two_features_with_the_same_setting_are_a_programmers_mistake() -> None:
    class Twin(FeatureSettings, prefix="DOOR"):
        knocks: int = setting(1, "Knocks.")

    with pytest.raises(ValueError, match="two features declare WATCHWORD_DOOR_KNOCKS"):
        read_settings([DoorConfig, Twin], {})


def test_a_setting_without_help_is_a_programmers_mistake() -> None:
    class Bare(FeatureSettings, prefix="BARE"):
        lamps: int = 1

    with pytest.raises(TypeError, match=r"Bare\.lamps must be declared with setting"):
        declared(Bare)


def test_every_code_has_one_title() -> None:
    named = [value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)]

    assert sorted(named) == sorted(codes.CODES)
    assert len(set(codes.CODES.values())) == len(codes.CODES)
