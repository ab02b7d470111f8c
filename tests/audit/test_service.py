"""Every event is written down, and none of them tells a secret."""

from __future__ import annotations

import importlib
import json
import pkgutil
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

import pytest
from sqlalchemy import select

import watchword.features
from watchword.core.events import Event
from watchword.core.scope import Caller, Scope
from watchword.features.audit import service
from watchword.features.audit.config import AuditConfig
from watchword.features.audit.models import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened(Event):
    name: ClassVar[str] = "house.door_opened"

    door: str = "front"
    by: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLost(Event):
    name: ClassVar[str] = "house.key_lost"

    reset_token: str = "t0p"


def rows(scope: Scope) -> list[AuditRow]:
    return list(scope.db.scalars(select(AuditRow).order_by(AuditRow.id)))


def facts(scope: Scope) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rows(scope)[-1].facts)
    return found


def test_an_event_is_written_down_with_who_when_and_from_where(scope: Scope) -> None:
    scope.caller = Caller(ip="192.0.2.7", user_agent="Firefox/140", request_id="feed")

    scope.emit(DoorOpened(user_id=7, door="back"))

    (row,) = rows(scope)
    assert (row.name, row.user_id, row.at) == ("house.door_opened", 7, scope.now)
    assert (row.ip, row.user_agent, row.request_id) == ("192.0.2.7", "Firefox/140", "feed")
    assert facts(scope) == {"door": "back", "by": None}


def test_an_undone_change_leaves_no_event(scope: Scope) -> None:
    scope.emit(DoorOpened())

    scope.close()

    assert rows(scope) == []


def test_an_event_about_nobody_is_written_down_too(scope: Scope) -> None:
    scope.emit(DoorOpened())

    assert rows(scope)[0].user_id is None


def test_an_event_with_a_secret_is_refused(scope: Scope) -> None:
    with pytest.raises(ValueError, match="reset_token"):
        scope.emit(KeyLost())


@pytest.mark.parametrize("name", ["password", "token", "secret", "code", "new_password", "Token", "secret_key"])
def test_a_secret_hidden_inside_a_fact_is_refused(scope: Scope, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        scope.emit(DoorOpened(by=[{name: "x"}]))


@pytest.mark.parametrize("value", [object(), b"bytes", 1j])
def test_a_fact_that_is_no_plain_value_is_refused(scope: Scope, value: object) -> None:
    with pytest.raises(ValueError, match="plain values"):
        scope.emit(DoorOpened(by=value))


def test_long_texts_are_cut(scope: Scope) -> None:
    scope.caller = Caller(user_agent="u" * 5000, ip="i" * 500, request_id="r" * 500)

    scope.emit(DoorOpened(door="d" * 5000))

    (row,) = rows(scope)
    assert (len(row.user_agent), len(row.ip), len(row.request_id)) == (256, 64, 64)
    assert len(facts(scope)["door"]) == 256


def test_no_value_can_forge_a_second_line(scope: Scope) -> None:
    evil = "x\r\n2026 admin signed in\x1b[2J\x00\u2028\u202e"
    scope.caller = Caller(ip=evil, user_agent=evil, request_id=evil)

    scope.emit(DoorOpened(door=evil))

    (row,) = rows(scope)
    for written in (row.ip, row.user_agent, row.request_id, row.facts):
        assert written.isprintable()
    assert facts(scope)["door"] == evil


def test_sets_and_times_become_plain_values_in_a_steady_order(scope: Scope, clock: Any) -> None:
    scope.emit(DoorOpened(by=frozenset({"pwd", "otp"})))
    assert facts(scope)["by"] == ["otp", "pwd"]

    scope.emit(DoorOpened(by=(clock.now(), 2, True)))
    assert facts(scope)["by"] == [clock.now().isoformat(), 2, True]
    assert datetime.fromisoformat(facts(scope)["by"][0]) == clock.now()


def test_the_newest_events_of_a_person_come_first_and_only_theirs(scope: Scope, clock: Any) -> None:
    for user_id in (7, 8, 7, 7):
        scope.emit(DoorOpened(user_id=user_id))
        clock.pass_(minutes=1)

    found = service.recent_for(scope, 7, limit=2)

    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    assert [entry.name for entry in found] == ["house.door_opened"] * 2
    assert len(service.recent_for(scope, 7, limit=50)) == 3


def test_a_purge_forgets_what_is_older_than_it_may_be_and_nothing_else(scope: Scope, clock: Any) -> None:
    scope.emit(DoorOpened(door="old"))
    clock.pass_(days=1)
    scope.emit(DoorOpened(door="young"))
    scope.commit()
    keep = scope.config[AuditConfig].keep
    clock.pass_(seconds=keep.total_seconds() - 3600)

    assert service.purge(scope) == 1

    scope.commit()
    assert [json.loads(row.facts)["door"] for row in rows(scope)] == ["young"]
    assert service.purge(scope) == 0


def test_a_purge_with_nothing_to_do_opens_no_write(scope: Scope) -> None:
    scope.emit(DoorOpened())
    scope.commit()

    assert service.purge(scope) == 0
    assert not scope.writing


def test_a_purge_works_in_small_steps(scope: Scope, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PURGED_AT_ONCE", 2)
    for _ in range(5):
        scope.emit(DoorOpened())
    clock.pass_(days=4000)

    steps = [service.purge(scope) for _ in range(4)]

    assert steps == [2, 2, 1, 0]


def all_events() -> list[type[Event]]:
    for found in pkgutil.iter_modules(watchword.features.__path__):
        try:
            importlib.import_module(f"watchword.features.{found.name}.events")
        except ModuleNotFoundError as missing:
            if not str(missing.name).endswith(".events"):
                raise
    return [each for each in Event.__subclasses__() if each.__module__.startswith("watchword.")]


def test_no_event_of_ours_has_a_field_for_a_secret() -> None:
    told = {f"{each.__name__}.{field.name}" for each in all_events() for field in fields(each)}

    assert told, "no events found"
    assert [one for one in told if service.is_secret(one.partition(".")[2])] == []
