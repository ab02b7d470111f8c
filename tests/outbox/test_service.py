"""Rows are posted with their change, handed to one worker at a time, and keep nothing that they needn't."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from tests.outbox.conftest import Outbox, in_threads
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.features.audit.models import AuditRow
from watchword.features.outbox import service
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.service import Claimed


def claim(scope: Scope, worker: str = "one") -> Claimed:
    claimed = service.claim(scope, worker)
    assert claimed is not None
    return claimed


def test_what_is_posted_comes_back_as_it_was(scope: Scope, outbox: Outbox) -> None:
    outbox.post_job("greet", {"name": "Žofie", "count": 2, "none": None})

    assert service.open_payload(scope, claim(scope)) == {"name": "Žofie", "count": 2, "none": None}


def test_an_undone_change_posts_nothing(scope: Scope, outbox: Outbox) -> None:
    scope.send(Mail("anna@example.com", "registration/confirm"))

    scope.close()

    assert outbox.rows() == []


def test_a_dump_of_the_table_shows_no_address_and_no_link(scope: Scope, outbox: Outbox) -> None:
    outbox.post(to="anna.secret@example.org")
    outbox.post_job("greet", {"email": "anna.secret@example.org"})

    dump = repr(scope.db.execute(text("SELECT * FROM auth_outbox")).all())

    for told in ("anna", "secret", "example", "https", "login", "confirm"):
        assert told not in dump


def test_nobody_gets_a_row_twice(scope: Scope, outbox: Outbox) -> None:
    outbox.post()

    assert claim(scope, "one").tries == 1
    assert service.claim(scope, "two") is None


def test_an_empty_outbox_gives_nothing_and_opens_no_write(scope: Scope) -> None:
    assert service.claim(scope, "one") is None
    assert not scope.writing


def test_what_waited_longest_comes_first(scope: Scope, outbox: Outbox, clock: Any) -> None:
    outbox.post_job("first")
    clock.pass_(minutes=1)
    outbox.post_job("second")

    assert [claim(scope).job, claim(scope).job] == ["first", "second"]


def test_the_row_of_a_dead_worker_goes_to_another_after_its_lease(scope: Scope, outbox: Outbox, clock: Any) -> None:
    outbox.post()
    lost = claim(scope, "one")
    clock.pass_(seconds=service.LEASE.total_seconds() - 1)
    assert service.claim(scope, "two") is None
    clock.pass_(seconds=1)

    found = claim(scope, "two")

    assert (found.public_id, found.tries) == (lost.public_id, 2)


def test_a_worker_that_slept_through_its_lease_changes_nothing(scope: Scope, outbox: Outbox, clock: Any) -> None:
    outbox.post()
    late = claim(scope, "one")
    clock.pass_(minutes=6)
    claim(scope, "two")

    assert not service.finish(scope, late)
    assert not service.give_up(scope, late, "X")
    service.postpone(scope, late, "X")
    scope.commit()

    row = outbox.row()
    assert (row.state, row.leased_by, row.last_error) == ("waiting", "two", None)


def test_a_finished_row_stays_without_its_payload(scope: Scope, outbox: Outbox) -> None:
    outbox.post()

    assert service.finish(scope, claim(scope))
    scope.commit()

    row = outbox.row()
    assert (row.state, row.payload, row.leased_by, row.ended_at) == ("done", b"", None, scope.now)
    assert service.claim(scope, "two") is None


def test_the_pauses_grow_and_then_the_row_is_buried(scope: Scope, outbox: Outbox, clock: Any) -> None:
    outbox.post()
    waited = []
    while outbox.row().state == "waiting":
        clock.pass_(seconds=(outbox.row().due_at - clock.now()).total_seconds())
        service.postpone(scope, claim(scope), "MailDelayed 451")
        scope.commit()
        waited.append(int((outbox.row().due_at - clock.now()).total_seconds() // 60))

    assert waited == [1, 5, 15, 60, 240, 240, 240, 0]
    assert len(waited) == scope.config[OutboxConfig].tries


def test_a_buried_row_is_told_to_the_audit_log_without_its_content(scope: Scope, outbox: Outbox) -> None:
    outbox.post()
    service.give_up(scope, claim(scope), "MailRefused 550")
    scope.commit()

    (row,) = scope.db.scalars(select(AuditRow)).all()
    assert row.name == "outbox.job_given_up"
    assert "MailRefused 550" in row.facts
    assert "anna" not in row.facts


def test_an_operator_can_try_buried_rows_again(scope: Scope, outbox: Outbox) -> None:
    outbox.post()
    service.give_up(scope, claim(scope), "MailRefused 550")

    assert service.retry(scope) == 1
    scope.commit()

    assert outbox.run() == 1
    assert len(outbox.carrier.carried) == 1


def test_a_buried_payload_is_blanked_after_a_week_and_the_row_goes_after_a_month(
    scope: Scope, outbox: Outbox, clock: Any
) -> None:
    outbox.post()
    service.give_up(scope, claim(scope), "MailRefused 550")
    scope.commit()
    clock.pass_(days=6)
    assert service.purge(scope) == 0

    clock.pass_(days=2)
    assert service.purge(scope) == 1
    scope.commit()
    assert outbox.row().payload == b""
    assert service.retry(scope) == 0

    clock.pass_(days=23)
    assert service.purge(scope) == 1
    scope.commit()
    assert outbox.rows() == []


def test_finished_rows_go_after_a_month_and_waiting_ones_stay(scope: Scope, outbox: Outbox, clock: Any) -> None:
    outbox.post()
    service.finish(scope, claim(scope))
    outbox.post()
    clock.pass_(days=31)

    assert service.purge(scope) == 1
    scope.commit()

    assert outbox.states() == ["waiting"]
    assert service.purge(scope) == 0


def test_a_payload_no_key_opens_is_said_so(scope: Scope, outbox: Outbox) -> None:
    outbox.post()
    scope.db.execute(text("UPDATE auth_outbox SET payload = :noise"), {"noise": b"noise"})
    scope.commit()

    with pytest.raises(service.PayloadUnreadable):
        service.open_payload(scope, claim(scope))


def test_many_workers_at_once_get_each_row_once(outbox: Outbox) -> None:
    outbox.post(40)
    got: list[int] = []

    def take() -> None:
        while True:
            with outbox.open_scope() as scope:
                found = service.claim(scope, "any")
            if found is None:
                return
            got.append(found.id)

    in_threads(6, take)

    assert sorted(got) == sorted(row.id for row in outbox.rows())


@pytest.mark.parametrize(
    "lane", [service.ALL_JOBS, service.Lane(only=frozenset({"mail"})), service.Lane(but=frozenset({"mail"}))]
)
def test_looking_for_work_scans_no_table(scope: Scope, outbox: Outbox, lane: service.Lane) -> None:
    outbox.post(3)
    if scope.db.get_bind().dialect.name != "sqlite":
        pytest.skip("a small table is always scanned on PostgreSQL")
    statement = service._next(scope, lane).compile(scope.db.get_bind(), compile_kwargs={"literal_binds": True})

    plan = " ".join(row.detail for row in scope.db.execute(text(f"EXPLAIN QUERY PLAN {statement}")))

    assert "ix_auth_outbox_next" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
