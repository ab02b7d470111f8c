"""Nothing is depended on that isn't used, and nothing used that isn't declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.test_source import ROOT, Source, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "email-validator": "email_validator",
    "phonenumberslite": "phonenumbers",
    "python-dotenv": "dotenv",
}
COMES_WITH = {
    "jinja2": "flask",
    "markupsafe": "flask",
    "click": "flask",
    "blinker": "flask",
}
"""Parts that the package's own API hands out: their versions are its to choose."""

BELONGS_TO = {
    "app/": "app",
    "core/legacy_hashes.py": "legacy",  # loaded only where such a hash is stored
    "features/accounts/breached_passwords.py": "breach",  # loaded only where the setting is on
    "testing/": "test",  # loaded by pytest itself
    "features/notices/places.py": "places",
    "features/sms_codes/numbers.py": "sms",  # loaded only where a sender is named
    "core/limits_redis.py": "redis",
    "core/prepared_psycopg.py": "postgres",  # loaded only where a connection is psycopg's
}
"""Where the packages of an extra may be imported. Everywhere else only the base dependencies are there."""


def _imported_as(requirement: str) -> str:
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()
    return IMPORTED_AS.get(name, name.replace("-", "_"))


BASE = {_imported_as(each) for each in PROJECT["dependencies"]}
EXTRAS = {name: {_imported_as(each) for each in listed} for name, listed in PROJECT["optional-dependencies"].items()}


def _strangers(source: Source) -> set[str]:
    tops = {each.module.partition(".")[0] for each in source.imports}
    return {top for top in tops if top not in sys.stdlib_module_names and top != "watchword"}


def _migrations() -> list[Source]:
    folder = ROOT / "src" / "watchword" / "migrations" / "versions"
    return [
        Source(f"migrations/versions/{path.name}", path.read_text(encoding="utf-8")) for path in folder.glob("*.py")
    ]


def _used(prefix: str = "") -> set[str]:
    all_ = [*sources(), *_migrations()]
    return {top for source in all_ if source.place.startswith(prefix) for top in _strangers(source)}


def test_every_base_dependency_is_used():
    assert BASE - _used() == set()


def test_every_import_is_declared():
    breaks = []
    for source in [*sources(), *_migrations()]:
        extra = next((EXTRAS[name] for place, name in BELONGS_TO.items() if source.place.startswith(place)), set())
        declared = BASE | extra | {name for name, owner in COMES_WITH.items() if owner in BASE}
        breaks += [f"{source.place} imports {name}" for name in _strangers(source) - declared]

    assert not breaks, "\n".join(breaks)


@pytest.mark.parametrize("extra", sorted(set(EXTRAS) - {"test", "dev"}))
def test_every_package_of_an_extra_is_used(extra):
    assert EXTRAS[extra] - _used() == set()


def test_run_py_and_what_it_starts_with_need_only_python():
    """They run before anything is installed."""
    breaks = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [ROOT / "run.py", *(ROOT / "tools" / "run").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for top in _tops(node)
        if top not in sys.stdlib_module_names and top != "tools"
    ]

    assert not breaks, "\n".join(breaks)


def _tops(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").partition(".")[0]]
    return [alias.name.partition(".")[0] for alias in node.names]


@pytest.mark.parametrize("level", ["run", "test", "dev"])
def test_requirements_are_hashed_and_name_no_index(level):
    path: Path = ROOT / "requirements" / f"{level}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith(("#", " "))]

    assert pinned
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert [line for line in lines if "://" in line or "index-url" in line or "find-links" in line] == []


def test_everything_that_run_py_serves_is_pinned():
    pinned = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").lower()
    wanted = [re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0] for each in PROJECT["dependencies"]]
    wanted += [re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0] for each in PROJECT["optional-dependencies"]["app"]]

    assert [name for name in wanted if not re.search(rf"^{re.escape(name)}==", pinned, re.MULTILINE)] == []
