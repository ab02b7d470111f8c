"""The built-in features by name, from the ground up, and the presets. A feature that is not listed is not imported."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from typing import cast

from watchword.core.feature import Feature
from watchword.core.problems import FEATURE_UNKNOWN, ConfigError, Problem

MINIMAL = ("audit", "outbox", "accounts", "sessions", "login", "email_confirmation", "registration")
STANDARD = (*MINIMAL, "password_reset", "my_account", "two_factor", "passkeys", "notices")
EVERYTHING = (*STANDARD[:-1], "sms_codes", STANDARD[-1])  # notices know all others
PRESETS = {"minimal": MINIMAL, "standard": STANDARD, "everything": EVERYTHING}


def load(names: Iterable[str]) -> list[Feature]:
    """The nameplates of *names*, lowest feature first. Raises ConfigError for names nobody has."""
    wanted = list(names)
    strangers = [name for name in wanted if name not in EVERYTHING]
    if strangers:
        raise ConfigError([_stranger(name) for name in strangers])
    return [_nameplate(name) for name in EVERYTHING if name in wanted]


def names_from(text: str) -> tuple[str, ...]:
    """`"standard"`, `"everything"`, or a list of names; what a listed feature stands on comes along."""
    preset = PRESETS.get(text.strip().lower())
    if preset is not None:
        return preset
    wanted = {name.strip() for name in text.split(",") if name.strip()}
    return (*MINIMAL[:6], *sorted(wanted - set(MINIMAL[:6])))


def _stranger(name: str) -> Problem:
    near = get_close_matches(name, EVERYTHING, 1)
    return Problem(
        code=FEATURE_UNKNOWN,
        setting="WATCHWORD_FEATURES",
        what=f"There is no feature {name!r}.{f' Did you mean {near[0]}?' if near else ''}",
        why="A feature that is misspelt would silently be off.",
        fix=f"Choose from {', '.join(EVERYTHING)}, or a preset: {', '.join(PRESETS)}.",
    )


def _nameplate(name: str) -> Feature:
    return cast("Feature", import_module(f"watchword.features.{name}.feature").feature)
