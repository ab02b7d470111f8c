"""Print the reference pages and `.env.example` from the nameplates: `python -m watchword.docs [--check]`.

The code is the only place where a setting, a code or an event is described; a test keeps the pages fresh.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path

from watchword import built_in, core, web
from watchword.core.config import Declared, FeatureSettings, declared
from watchword.core.declared import env_line
from watchword.core.errors import AuthError
from watchword.core.events import Event
from watchword.core.feature import Feature
from watchword.core.problems import CODES
from watchword.core.settings_text import to_text
from watchword.core.site import SiteConfig

_PRINTED = "<!-- Printed from the code by `python3 run.py docs`: change the code, not this page. -->"
_FLOORS = ("watchword.core.", "watchword.web.", "watchword.features.")
_BARE_EVENT = {each.name for each in fields(Event)}

Lines = Iterator[str]


def pages(features: Sequence[Feature] | None = None) -> dict[str, str]:
    """Every printed file: its path from the root of the project, and what it must hold."""
    features = built_in.load(built_in.EVERYTHING) if features is None else features
    printers: dict[str, Callable[[Sequence[Feature]], Lines]] = {
        "docs/reference/settings.md": _settings_page,
        "docs/reference/features.md": _features_page,
        "docs/reference/errors.md": _errors_page,
        "docs/reference/events.md": _events_page,
        ".env.example": _env_example,
    }
    return {path: "\n".join(printer(features)).rstrip() + "\n" for path, printer in printers.items()}


def stale(root: Path) -> list[str]:
    """The printed files under *root* that are missing or don't say what the code says."""
    return list(_changed(root))


def write(root: Path) -> list[str]:
    """Bring the printed files under *root* up to date; return those that changed."""
    changed = _changed(root)
    for path, text in changed.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return list(changed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the files, or with `--check` name the stale ones and answer 1."""
    parser = argparse.ArgumentParser(prog="python -m watchword.docs", description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 and name the files that are stale")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder (default: this one)")
    asked = parser.parse_args(arguments)
    names = stale(asked.root) if asked.check else write(asked.root)
    for name in names:
        sys.stdout.write(f"{name} is stale: run `python3 run.py docs`\n" if asked.check else f"{name} printed\n")
    return 1 if asked.check and names else 0


def _changed(root: Path) -> dict[str, str]:
    return {path: text for path, text in pages().items() if _text_of(root / path) != text}


def _text_of(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None


def _sections(features: Sequence[Feature]) -> Iterator[tuple[str, type[FeatureSettings]]]:
    yield "Site", SiteConfig
    for feature in features:
        if feature.config is not None:
            yield _title(feature.name), feature.config


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").strip().partition("\n")[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(map(_cell, row)) + " |"
    yield ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _settings_page(features: Sequence[Feature]) -> Lines:
    yield from ("# Settings", "", _PRINTED, "")
    yield from (
        "Settings are read once, at start, from `app.config`; the ready-to-run app fills it from the environment and",
        "`.env` first. All that is wrong is told at once, and stops the start. `flask watchword settings` shows what",
        "is in force, and where it came from.",
        "",
        "A length of time is a number and its unit: `90s`, `30m`, `2h`, `14d`. Lists are parted by commas. Yes is",
        "`yes`, `true`, `on` or `1`. An empty value counts as not given.",
        "",
    )
    for title, cls in _sections(features):
        yield from (f"## {title}", "", _first_line(cls), "")
        for one in declared(cls):
            yield from _setting(one)


def _setting(one: Declared) -> Lines:
    yield from (f"### {one.name}", "", one.help, "")
    yield f"- Takes {one.takes}."
    default = to_text(one.default)
    yield f"- Default: `{default}`." if default else "- Default: not set."
    bounds = [("at least", one.at_least), ("at most", one.at_most)]
    told = [f"{words} `{to_text(bound)}`" for words, bound in bounds if bound is not None]
    if told:
        yield f"- Range: {', '.join(told)}."
    if one.example:
        yield f"- Example: `{env_line(one.name, one.example)}`"
    if one.secret:
        yield "- Secret: never shown in messages, logs or `flask watchword settings`."
    if one.gives_up:
        yield f"- What a relaxed value costs: {one.gives_up}"
    yield ""


def _env_example(features: Sequence[Feature]) -> Lines:
    yield from (
        "# Copy this file to .env and take the # away before what you set.",
        "# Printed from the code by `python3 run.py docs`; docs/reference/settings.md tells more.",
        "",
    )
    for title, cls in _sections(features):
        yield from (f"# --- {title} ---", "")
        for one in declared(cls):
            yield from (f"# {line}" for line in textwrap.wrap(one.help, 110))
            yield f"#{env_line(one.name, one.example or to_text(one.default))}"
            yield ""


def _features_page(features: Sequence[Feature]) -> Lines:
    yield from ("# Features", "", _PRINTED, "")
    yield from (
        "A feature that is listed is on; one that isn't is not even imported. They stand here from the ground up:",
        "each may need those before it.",
        "",
    )
    for feature in features:
        yield from (f"## {feature.name}", "", feature.summary, "")
        yield from _feature(feature, [name for name, members in built_in.PRESETS.items() if feature.name in members])


def _feature(feature: Feature, presets: Sequence[str]) -> Lines:
    names = [one.name for one in declared(feature.config)] if feature.config else []
    told = {
        "In": _codes(presets),
        "Needs": _codes(feature.needs),
        "Settings": ", ".join(f"[`{name}`](settings.md#{name.lower()})" for name in names),
        "Mails": _codes(feature.mails),
        "Events": _codes(sorted(event.name for event in feature.events)),
        "Policies": _codes(sorted(feature.policies)),
    }
    yield from (f"- {word}: {text}" for word, text in told.items() if text)
    yield ""


def _errors_page(features: Sequence[Feature]) -> Lines:
    yield from ("# Errors", "", _PRINTED, "")
    yield from (
        "## Refusals",
        "",
        "What a visitor may be told. Programs get the code in `application/problem+json`; a code never changes.",
        "",
    )
    rows = [(f"`{each.code}`", str(each.status), str(each.message)) for each in _refusals(features)]
    yield from _table(("Code", "Status", "Message"), rows)
    yield from (
        "## Problems of the set-up",
        "",
        "What stops a start, or what `flask watchword doctor` tells. Each message holds the line that fixes it.",
        "",
    )
    for code, title in CODES.items():
        yield from (f"### {code}", "", title, "")


def _refusals(features: Sequence[Feature]) -> list[type[AuthError]]:
    """Ours, whoever states them: those on the nameplates, and those of core, web and the features."""
    for floor in (core, web):  # so that the page doesn't depend on what happens to be imported
        for module in pkgutil.iter_modules(floor.__path__, f"{floor.__name__}."):
            import_module(module.name)
    ours = {each for each in _below(AuthError) if each.__module__.startswith(_FLOORS)}
    ours.update(error for feature in features for error in feature.errors)
    return sorted(ours, key=lambda each: (each.code, each.__name__))


def _below(cls: type[AuthError]) -> Iterator[type[AuthError]]:
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def _events_page(features: Sequence[Feature]) -> Lines:
    yield from ("# Events", "", _PRINTED, "")
    yield from (
        "What listeners hear, in the transaction of the change; after the commit it goes out as a Flask signal too.",
        "Every event carries `user_id`: whom it concerns, or nothing. No event carries a secret.",
        "",
    )
    for feature in features:
        if feature.events:
            yield from (f"## {feature.name}", "")
            ordered = sorted(feature.events, key=lambda each: each.name)
            yield from _table(("Event", "Class", "Facts", "What happened"), map(_event, ordered))


def _event(event: type[Event]) -> tuple[str, str, str, str]:
    facts = ", ".join(f"`{each.name}`: {each.type}" for each in fields(event) if each.name not in _BARE_EVENT)
    told = _first_line(event)
    generated = told.startswith(f"{event.__name__}(")  # a dataclass without words of its own gets its signature
    return f"`{event.name}`", f"`{event.__name__}`", facts, "" if generated else told


if __name__ == "__main__":
    sys.exit(main())
