"""A feature is entered by its doors only (the house, §3). import-linter can't say that with a wildcard."""

from __future__ import annotations

import ast

from tests.architecture.test_source import FEATURES, Source, sources

DOORS = {"service", "errors", "events", "responses", "guards"}
TYPES = {"outcomes", "visitor", "names", "addresses"}
"""What services take and return, where it has a file of its own."""

ABOVE = {
    "accounts.config": ({"assembly.py"}, "the hasher is made from a setting of accounts"),
    "outbox.worker": ({"delivery.py", "commands/work.py"}, "the worker is wired to an app, in a thread or by hand"),
    "outbox.worker_thread": ({"delivery.py"}, "as above"),
    "outbox.at_need": ({"delivery.py"}, "the carriers, loaded with the first mail"),
    "outbox.config": (
        {"delivery.py", "start.py", "commands/checks.py", "commands/mails.py"},
        "an unsafe mail URL stops the start",
    ),
    "outbox.mail_url": ({"commands/checks.py"}, "doctor tells what is wrong with a mail URL"),
    "accounts.models": ({"__init__.py", "tables.py"}, "hosts link to User.id; all tables are brought together"),
    "audit.models": ({"tables.py"}, "all tables are brought together for the migrations"),
    "login.models": ({"tables.py"}, "as above"),
    "notices.models": ({"tables.py"}, "as above"),
    "my_account.models": ({"tables.py"}, "as above"),
    "outbox.models": ({"tables.py"}, "as above"),
    "passkeys.models": ({"tables.py"}, "as above"),
    "password_reset.models": ({"tables.py"}, "as above"),
    "registration.models": ({"tables.py"}, "as above"),
    "sessions.models": ({"tables.py"}, "as above"),
    "sms_codes.config": ({"testing/sms.py"}, "a test reads what its app would send"),
    "sms_codes.models": ({"tables.py"}, "all tables are brought together for the migrations"),
    "sms_codes.numbers": ({"testing/sms.py"}, "a test gives people a number"),
    "sms_codes.phones": ({"testing/sms.py"}, "as above"),
    "two_factor.authenticators": ({"testing/second_factors.py"}, "a test reads the codes that a phone would show"),
    "two_factor.totp": ({"testing/second_factors.py"}, "as above"),
    "two_factor.models": ({"tables.py"}, "as above"),
}
"""What the floor above the features enters without a door: by which files, and why."""

MODELS_THROUGH_A_DOOR = {
    ("features/sessions/who_asks.py", "User"): "who is signed in, is one statement over both tables on every request",
    ("features/sessions/visitor.py", "User"): "`current_user.record()` hands a host the row for its relationships",
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
        if source.place not in ABOVE.get(what, ((), ""))[0]
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
    above = {(what, source.place) for source in sources() for what, _ in _not_by_a_door(source)}
    taken = {(source.place, name) for source in sources() for name, _ in _taken_models(source)}

    assert {(what, file) for what, (files, _) in ABOVE.items() for file in files} - above == set()
    assert set(MODELS_THROUGH_A_DOOR) - taken == set()


def test_a_back_door_would_be_found():
    text = (
        "from watchword.features.accounts import config, service as accounts\n"
        "from watchword.features.accounts.models import User\n"
        "from watchword.features.registration.routes import blueprint\n"
        "x = accounts.User\n"
    )
    source = Source("features/registration/service.py", text)

    assert [what for what, _ in _not_by_a_door(source)] == ["accounts.config", "accounts.models"]
    assert {line for _, line in _taken_models(source)} == {2, 4}
