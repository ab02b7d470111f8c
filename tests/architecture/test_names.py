"""Names that must agree: files, nameplates, events, refusals, tables, mails (the house, §2, §7, §8)."""

from __future__ import annotations

import ast
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from tests.architecture.test_source import FEATURES, PACKAGE, ROOT, feature_names, sources
from watchword import built_in
from watchword.core.errors import AuthError
from watchword.core.events import Event, FactorsChanged
from watchword.core.feature import Feature
from watchword.tables import MODELS, metadata

FORBIDDEN = {"utils", "helpers", "common", "manager", "base", "misc"}
BUILT_IN = built_in.load(built_in.EVERYTHING)
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ODD_PASTS = {
    "given",
    "shown",
    "sent",
    "done",
    "lost",
    "found",
    "left",
    "seen",
    "made",
    "begun",
    "taken",
    "chosen",
    "forgotten",
}


def _nameplate(name: str) -> Feature:
    return import_module(f"watchword.features.{name}.feature").feature


def _stated_in(feature: str, file: str, kind: type) -> set[type]:
    """The classes of *kind* that a file of a feature defines."""
    if not (FEATURES / feature / f"{file}.py").exists():
        return set()
    module = import_module(f"watchword.features.{feature}.{file}")
    found = {each for each in vars(module).values() if isinstance(each, type) and issubclass(each, kind)}
    return {each for each in found if each.__module__ == module.__name__}


def _refusals() -> list[type[AuthError]]:
    """Every AuthError of ours, wherever it is defined."""
    for source in sources():
        if "AuthError)" in source.text and source.place != "app/server.py":
            import_module(source.module)
    found, new = [], [AuthError]
    while new:
        found, new = found + new, [sub for each in new for sub in each.__subclasses__()]
    return [each for each in found if each.__module__.startswith("watchword.")]


def test_no_file_has_a_name_that_means_anything():
    folders = [ROOT / name for name in ("src", "tests", "tools", "benchmarks")]
    paths = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
    breaks = [str(path.relative_to(ROOT)) for path in paths if path.stem.lower().removeprefix("test_") in FORBIDDEN]

    assert not breaks, f"call it by what it does: {breaks}"


def test_every_feature_is_known_by_name_from_the_ground_up():
    assert sorted(built_in.EVERYTHING) == feature_names()
    for number, feature in enumerate(BUILT_IN):
        assert set(feature.needs) <= set(built_in.EVERYTHING[:number]), feature.name


@pytest.mark.parametrize("name", feature_names())
def test_the_package_of_a_feature_holds_its_promise_and_no_code(name):
    tree = ast.parse((FEATURES / name / "__init__.py").read_text(encoding="utf-8"))

    assert ast.get_docstring(tree), "what the feature is for, and what it promises"
    assert len(tree.body) == 1, "a package runs on every import: code here would open the wall"


@pytest.mark.parametrize("name", feature_names())
def test_a_feature_has_a_nameplate_of_its_name_and_a_summary(name):
    feature = _nameplate(name)

    assert feature.name == name
    assert feature.summary.endswith(".")


@pytest.mark.parametrize("name", feature_names())
def test_a_feature_has_tests_in_a_folder_of_its_name(name):
    assert list((ROOT / "tests" / name).glob("test_*.py")), f"tests/{name}/test_service.py is missing"


@pytest.mark.parametrize("name", feature_names())
def test_what_a_feature_states_is_on_its_nameplate(name):
    feature = _nameplate(name)

    assert set(feature.events) >= _stated_in(name, "events", Event)
    assert set(feature.errors) >= _stated_in(name, "errors", AuthError)


def test_every_change_of_a_second_factor_says_that_it_is_one():
    """Else a browser stays trusted that was trusted for another factor (MFA-18)."""
    changes = ("_added", "_removed", "_made", ".added", ".removed", "_reset")
    bring_factors = [feature for feature in BUILT_IN if feature.second_factors]
    silent = [
        event.name
        for feature in bring_factors
        for event in feature.events
        if event.name.endswith(changes) and not issubclass(event, FactorsChanged)
    ]

    assert len(bring_factors) > 1
    assert not silent


@pytest.mark.parametrize("feature", BUILT_IN, ids=lambda feature: feature.name)
def test_mails_have_a_text_and_a_page_and_are_on_the_nameplate(feature):
    folder = FEATURES / feature.name / "emails"
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()

    assert there == {f"{mail}.{ending}" for mail in feature.mails for ending in ("txt", "html")}
    for mail in feature.mails:
        assert (folder / f"{mail}.txt").read_text(encoding="utf-8").startswith(("Subject: ", "{% extends ")), mail


def test_every_mail_that_is_sent_exists():
    known = {f"{feature.name}/{mail}" for feature in BUILT_IN for mail in feature.mails}
    sent = [
        (source.place, node.args[1].value)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Mail" and len(node.args) > 1
        if isinstance(node.args[1], ast.Constant)
    ]

    assert sent
    assert [(place, mail) for place, mail in sent if mail not in known] == []


def test_events_are_named_after_their_feature_and_in_the_past():
    for feature in BUILT_IN:
        for event in feature.events:
            room, _, happened = event.name.partition(".")
            words = happened.split("_")
            assert room == feature.name, event
            assert SNAKE.fullmatch(happened), event
            assert any(word.endswith("ed") or word in ODD_PASTS for word in words), f"not in the past: {event.name}"


def test_names_of_events_are_unique():
    counted = Counter(event.name for feature in BUILT_IN for event in feature.events)

    assert [name for name, count in counted.items() if count > 1] == []


def test_codes_of_refusals_are_unique_and_in_snake_case():
    refusals = _refusals()
    counted = Counter(each.code for each in refusals)

    assert len(refusals) > 15
    assert [code for code, count in counted.items() if count > 1] == []
    assert [code for code in counted if not SNAKE.fullmatch(code)] == []


def test_every_refusal_says_what_to_do_and_has_the_status_of_a_refusal():
    for refusal in _refusals():
        assert refusal.message.endswith("."), refusal
        assert "!" not in refusal.message, refusal
        assert 400 <= refusal.status < 500 or refusal.status == 503, refusal


def test_tables_are_ours_by_name_and_none_is_forgotten():
    assert all(name.startswith("auth_") for name in metadata.tables)
    assert {model.__tablename__ for model in MODELS} | {"auth_audit_purge"} == set(metadata.tables)


def test_every_table_of_a_feature_is_in_tables():
    defined = {
        str(node.value.value)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__tablename__"
        if isinstance(node.value, ast.Constant)
    }

    assert defined == set(metadata.tables)


def test_foreign_keys_point_down_to_the_user_only():
    keys = {(table.name, key.target_fullname) for table in metadata.tables.values() for key in table.foreign_keys}

    assert keys
    assert {target for _, target in keys} == {"auth_user.id"}


def test_templates_lie_where_their_names_say():
    """`watchword/<feature>/<page>.html` is what a host replaces, so the name must hold."""
    wanted = re.compile(r"""["']watchword/([a-z_]+)/([a-z_]+)\.html["']""")
    missing = [
        f"{source.place}: watchword/{feature}/{page}.html"
        for source in sources()
        for feature, page in wanted.findall(source.text)
        if not _template(feature, page).is_file()
    ]

    assert not missing, "\n".join(missing)


def _template(feature: str, page: str) -> Path:
    return FEATURES / feature / "templates" / f"{page}.html"
