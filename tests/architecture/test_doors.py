"""A feature is entered by its doors only (the house, §3). import-linter can't say that with a wildcard."""

from __future__ import annotations

import ast

from tests.architecture.test_source import FEATURES, Source, sources

DOORS = {"service", "errors", "events", "responses", "guards"}
TYPES = {"outcomes", "visitor", "names", "addresses"}
"""What services take and return, where it has a file of its own."""

ABOVE = {
    ("extension.py", "accounts.config"): "the hasher is made from a setting of accounts",
    ("delivery.py", "outbox.worker"): "wires the worker of the outbox to an app",
    ("delivery.py", "outbox.worker_thread"): "as above",
    ("delivery.py", "outbox.carriers"): "as above",
    ("delivery.py", "outbox.config"): "as above",
    ("start.py", "outbox.config"): "a mail URL that is unsafe in production stops the start",
    ("__init__.py", "accounts.models"): "hosts link their tables with ForeignKey(User.id); for types only, loaded by name",
    ("tables.py", "accounts.models"): "brings all tables together for the migrations",
    ("tables.py", "audit.models"): "as above",
    ("tables.py", "login.models"): "as above",
    ("tables.py", "outbox.models"): "as above",
    ("tables.py", "registration.models"): "as above",
    ("tables.py", "sessions.models"): "as above",
}
"""The floor above the features: (file, what it enters without a door) and the reason."""

MODELS_THROUGH_A_DOOR = {
    ("features/sessions/service.py", "User"): "who is signed in, is one statement over both tables on every request",
}
"""A table taken out of another feature's service and the reason."""


def _entered(source: Source) -> list[tuple[str, str, str | None, int]]:
    """(feature, file in it, name, line) of every import from a feature that isn't the importer's own."""
    found = []
    for each in source.imports:
        parts = each.module.split(".")
        if parts[:2] == ["watchword", "features"] and len(parts) > 2 and parts[2] != source.feature:
            found.append((parts[2], ".".join(parts[3:]), each.name, each.line))
    return found


def _not_by_a_door(source: Source) -> list[tuple[str, int]]:
    return [(f"{room}.{file}", line) for room, file, _, line in _entered(source) if file not in DOORS | TYPES]


def _models_of(feature: str) -> set[str]:
    path = FEATURES / feature / "models.py"
    if not path.exists():
        return set()
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)}


def _taken_models(source: Source) -> list[tuple[str, int]]:
    """Tables of others, also when a door hands them on: as an imported name or as an attribute of the door."""
    found = [(name, line) for room, _, name, line in _entered(source) if name in _models_of(room)]
    for full, line in source.uses:
        parts = full.split(".")
        if parts[:2] == ["watchword", "features"] and len(parts) > 4 and parts[2] != source.feature:
            found += [(parts[4], line)] if parts[3] != "models" and parts[4] in _models_of(parts[2]) else []
    return found


def test_features_enter_each_other_by_their_doors_only():
    breaks = [
        f"{source.place}:{line} enters {what}: take what it needs through the service"
        for source in sources()
        if source.feature
        for what, line in _not_by_a_door(source)
    ]

    assert not breaks, "\n".join(breaks)


def test_the_floor_above_enters_features_by_their_doors_or_by_a_listed_exception():
    breaks = [
        f"{source.place}:{line} enters {what}: use a door, or list it in ABOVE with its reason"
        for source in sources()
        if not source.feature
        for what, line in _not_by_a_door(source)
        if (source.place, what) not in ABOVE
    ]

    assert not breaks, "\n".join(breaks)


def test_no_table_is_handed_out_through_a_door():
    breaks = [
        f"{source.place}:{line} takes the table {name} of another feature: let its service answer with a value"
        for source in sources()
        if source.feature
        for name, line in _taken_models(source)
        if (source.place, name) not in MODELS_THROUGH_A_DOOR
    ]

    assert not breaks, "\n".join(breaks)


def test_core_and_web_know_no_feature():
    breaks = [
        f"{source.place}:{line} knows {room}"
        for source in sources()
        if source.place.startswith(("core/", "web/"))
        for room, _, _, line in _entered(source)
    ]

    assert not breaks, "\n".join(breaks)


def test_no_exception_is_listed_that_nobody_needs():
    above = {(source.place, what) for source in sources() for what, _ in _not_by_a_door(source)}
    taken = {(source.place, name) for source in sources() for name, _ in _taken_models(source)}

    assert set(ABOVE) <= above, set(ABOVE) - above
    assert set(MODELS_THROUGH_A_DOOR) <= taken, set(MODELS_THROUGH_A_DOOR) - taken


def test_a_back_door_would_be_found():
    text = (
        "from watchword.features.accounts import forms, service as accounts\n"
        "from watchword.features.accounts.models import User\n"
        "from watchword.features.login.routes import blueprint\n"
        "x = accounts.User\n"
    )
    source = Source("features/login/service.py", text)

    assert [what for what, _ in _not_by_a_door(source)] == ["accounts.forms", "accounts.models"]
    assert {line for _, line in _taken_models(source)} == {2, 4}
