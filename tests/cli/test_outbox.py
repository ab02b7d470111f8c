"""`outbox list`, `retry` and `drop`, and what the doctor says of mails that wait."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, update

from tests.cli.conftest import Run
from watchword.core.scope import Scope
from watchword.features.audit.models import AuditRow
from watchword.features.outbox import service
from watchword.features.outbox.models import DEAD, DONE, WAITING, OutboxRow
from watchword.testing import FakeClock


@pytest.fixture
def row(scope: Scope) -> str:
    """The name of a row that waits."""
    scope.post("greet", {"secret": "walnut"})
    scope.commit()
    return str(scope.read.scalar(select(OutboxRow.public_id)))


@pytest.fixture
def buried(scope: Scope, row: str) -> str:
    scope.db.execute(update(OutboxRow).values(state=DEAD, tries=8, last_error="MailDelayed 451"))
    scope.commit()
    return row


def state(scope: Scope) -> tuple[str, int, bool]:
    found = scope.read.execute(select(OutboxRow.state, OutboxRow.tries, OutboxRow.payload)).one()
    return found.state, found.tries, bool(found.payload)


def test_an_empty_outbox_says_so(run: Run):
    assert run("outbox", "list").stdout == "Nothing waits.\n"


def test_what_waits_is_listed_without_what_it_holds(run: Run, buried: str):
    listed = run("outbox", "list").stdout

    assert buried in listed
    assert re.search(r"given up +\S+ +- +8 +MailDelayed 451", listed)
    assert "walnut" not in listed


def test_for_programs_as_json_with_the_age_of_the_oldest(run: Run, row: str, clock: FakeClock):
    clock.pass_(minutes=20)

    told = json.loads(run("outbox", "list", "--json").stdout)

    assert told["oldest_waiting_seconds"] == 1200
    shown = [(one["public_id"], one["state"], one["tries"], one["is_held"]) for one in told["rows"]]
    assert shown == [(row, WAITING, 0, False)]


def test_all_that_was_given_up_is_tried_again(run: Run, scope: Scope, buried: str):
    assert run("outbox", "retry").stdout == "1 row due now.\n"
    assert state(scope) == (WAITING, 0, True)
    assert run("outbox", "retry", buried).stdout == "1 row due now.\n"
    assert run("outbox", "retry").stdout == "Nothing was given up that could be tried again.\n"


def test_a_dropped_row_is_blank_and_stands_in_the_audit_log(run: Run, scope: Scope, row: str):
    assert run("outbox", "drop", row).stdout == f"{row} dropped.\n"

    assert state(scope) == (DONE, 0, False)
    assert (
        scope.read.scalar(select(AuditRow.facts).where(AuditRow.name == "outbox.job_dropped")) == f'{{"row":"{row}"}}'
    )
    assert run("outbox", "list").stdout == "Nothing waits.\n"


@pytest.mark.parametrize("command", ["retry", "drop"])
def test_what_is_not_there_or_held_by_a_worker_is_left_alone(run: Run, scope: Scope, row: str, command: str):
    assert "Nothing called nonsense" in run("outbox", command, "nonsense", status=1).stderr
    assert service.claim(scope, "a worker")
    assert f"A worker is at {row}" in run("outbox", command, row, status=1).stderr
    assert "with a worker" in run("outbox", "list").stdout


def test_what_was_given_up_long_ago_can_only_be_dropped(run: Run, scope: Scope, buried: str):
    scope.db.execute(update(OutboxRow).values(payload=b"", ended_at=scope.now))
    scope.commit()

    assert "given up, emptied" in run("outbox", "list").stdout
    assert f"{buried} was given up long ago" in run("outbox", "retry", buried, status=1).stderr
    assert run("outbox", "drop", buried).stdout == f"{buried} dropped.\n"


def test_the_doctor_tells_how_long_the_oldest_has_waited(run: Run, row: str, clock: FakeClock):
    assert "watchword-E038" not in run("doctor").stdout
    clock.pass_(hours=3)

    assert "The oldest waiting mail has waited 3 hours." in run("doctor").stdout


def test_the_doctor_counts_what_was_given_up(run: Run, buried: str):
    assert "given up: 1." in run("doctor").stdout


def test_the_age_is_a_number_for_a_metric(scope: Scope, row: str, clock: FakeClock):
    clock.pass_(seconds=90)
    assert service.oldest_waiting_seconds(scope) == 90
    assert service.drop(scope, row) == 1
    assert service.oldest_waiting_seconds(scope) == 0
