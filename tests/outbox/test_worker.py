"""What is due is done at least once, one row never stops another, and nothing of a row's content reaches a log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, update

from tests.outbox.conftest import Outbox, in_threads
from watchword.core.errors import AuthError
from watchword.core.events import Event
from watchword.core.mail import Mail, MailDelayed, MailRefused
from watchword.core.scope import Scope
from watchword.features.audit.models import AuditRow
from watchword.features.outbox import service
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.models import OutboxRow


class Nothing(AuthError):
    code: ClassVar[str] = "nothing"


def test_everything_due_is_carried_and_counted(outbox: Outbox) -> None:
    outbox.post(3)

    assert outbox.run() == 3

    assert outbox.states() == ["done"] * 3
    assert {message["To"] for message in outbox.carrier.carried} == {"anna@example.com"}
    assert outbox.run() == 0


def test_a_mail_is_carried_with_nothing_open(outbox: Outbox) -> None:
    """A slow mail server must not hold the database's write lock."""
    outbox.post(2)
    outbox.carrier.before = lambda: outbox.post_job("meanwhile")

    outbox.jobs["meanwhile"] = lambda _scope, _payload: None
    outbox.run()

    assert outbox.states() == ["done"] * 4


def test_a_delayed_mail_is_tried_again_with_the_same_message_id(outbox: Outbox, clock: Any) -> None:
    outbox.post()
    outbox.carrier.troubles = [MailDelayed(451), MailDelayed(451)]
    row = outbox.row()

    outbox.run()
    assert outbox.run() == 0  # not due yet
    clock.pass_(minutes=1)
    outbox.run()
    assert outbox.row().last_error == "MailDelayed 451"
    clock.pass_(minutes=5)
    outbox.run()

    assert outbox.carrier.ids == [f"<{row.public_id}@example.com>"]
    assert outbox.row().state == "done"


def test_a_refused_mail_is_buried_at_once(outbox: Outbox) -> None:
    outbox.post()
    outbox.carrier.troubles = [MailRefused(550)]

    outbox.run()

    row = outbox.row()
    assert (row.state, row.tries, row.last_error) == ("dead", 1, "MailRefused 550")
    assert row.payload


def test_a_poison_job_is_buried_after_its_tries_and_stops_nobody(scope: Scope, outbox: Outbox, clock: Any) -> None:
    def poison(_scope: Scope, payload: Mapping[str, Any]) -> None:
        raise KeyError(payload["email"])

    outbox.jobs["poison"] = poison
    outbox.post_job("poison", {"email": "anna@example.com"})
    outbox.post()
    tries = scope.config[OutboxConfig].tries

    for _ in range(tries):
        outbox.run()
        clock.pass_(hours=4)

    poisoned, mail = outbox.rows()
    assert (poisoned.state, poisoned.tries, poisoned.last_error) == ("dead", tries, "KeyError")
    assert mail.state == "done"


def test_a_job_that_kills_its_workers_is_buried_too(scope: Scope, outbox: Outbox, clock: Any) -> None:
    """Out of memory, a crash in C code: nobody is left to write down the failure, so claims are counted."""
    outbox.post()
    for number in range(scope.config[OutboxConfig].tries):
        assert service.claim(scope, f"worker {number}") is not None
        clock.pass_(minutes=6)

    outbox.run()

    assert (outbox.row().state, outbox.row().last_error) == ("dead", "WorkerLost")
    assert outbox.carrier.carried == []


def test_a_worker_that_crashed_after_carrying_sends_the_same_message_id_again(outbox: Outbox, clock: Any) -> None:
    outbox.post()
    outbox.carrier.after = [SystemExit()]
    with pytest.raises(SystemExit):
        outbox.run()
    assert outbox.run() == 0
    clock.pass_(minutes=5)

    assert outbox.run() == 1

    assert len(outbox.carrier.ids) == 2
    assert len(set(outbox.carrier.ids)) == 1


def test_a_handler_hands_over_its_mail_and_its_job_in_one_transaction(outbox: Outbox) -> None:
    def greet(scope: Scope, payload: Mapping[str, Any]) -> None:
        scope.send(Mail(payload["to"], "registration/confirm"))

    outbox.jobs["greet"] = greet
    outbox.post_job("greet", {"to": "bo@example.com"})

    assert outbox.run() == 2

    assert [message["To"] for message in outbox.carrier.carried] == ["bo@example.com"]
    assert outbox.states() == ["done", "done"]


def test_a_broken_handler_leaves_nothing_behind_and_is_tried_again(outbox: Outbox, clock: Any) -> None:
    troubles = [RuntimeError("anna@example.com")]

    def greet(scope: Scope, _payload: Mapping[str, Any]) -> None:
        scope.send(Mail("bo@example.com", "registration/confirm"))
        if troubles:
            raise troubles.pop()

    outbox.jobs["greet"] = greet
    outbox.post_job("greet")

    outbox.run()
    assert len(outbox.rows()) == 1
    clock.pass_(minutes=1)
    outbox.run()

    assert len(outbox.carrier.carried) == 1


def test_a_handler_whose_lease_ran_out_hands_over_nothing(outbox: Outbox, clock: Any) -> None:
    def slow(scope: Scope, _payload: Mapping[str, Any]) -> None:
        clock.pass_(minutes=6)
        with outbox.open_scope() as other:
            assert service.claim(other, "other") is not None
        scope.send(Mail("bo@example.com", "registration/confirm"))

    outbox.jobs["slow"] = slow
    outbox.post_job("slow")

    outbox.run()

    assert outbox.row().leased_by == "other"
    assert outbox.carrier.carried == []


def test_a_refusal_is_an_answer_what_was_written_stays(scope: Scope, outbox: Outbox) -> None:
    def refuse(scope: Scope, _payload: Mapping[str, Any]) -> None:
        scope.emit(Event(user_id=5))
        raise Nothing

    outbox.jobs["refuse"] = refuse
    outbox.post_job("refuse")

    outbox.run()

    assert outbox.row().state == "done"
    assert scope.read.scalar(select(AuditRow.user_id)) == 5


def test_a_job_nobody_does_here_waits_for_who_does(outbox: Outbox, clock: Any) -> None:
    outbox.post_job("later")
    outbox.run()
    assert (outbox.row().state, outbox.row().last_error) == ("waiting", "NobodyDoes")

    outbox.jobs["later"] = lambda _scope, _payload: None
    clock.pass_(minutes=1)
    outbox.run()

    assert outbox.row().state == "done"


def test_neither_log_nor_row_tells_an_address_or_a_link(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    def tell(_scope: Scope, payload: Mapping[str, Any]) -> None:
        raise ValueError(f"no such user: {payload}")

    outbox.jobs["tell"] = tell
    outbox.post_job("tell", {"email": "anna@example.com", "link": "https://login.example.com/t0ken"})
    outbox.post(2)
    outbox.carrier.troubles = [MailRefused("550 anna@example.com unknown"), RuntimeError("anna@example.com")]

    with caplog.at_level(logging.DEBUG):
        outbox.run()

    told = caplog.text + repr([row.last_error for row in outbox.rows()])
    assert "RuntimeError" in told
    assert "test_worker.py:" in told
    for secret in ("anna", "t0ken", "550 anna"):
        assert secret not in told


def test_workers_side_by_side_never_carry_one_row_at_the_same_time(outbox: Outbox) -> None:
    outbox.post(30)

    in_threads(4, lambda: outbox.worker().run_once())

    assert len(outbox.carrier.ids) == len(set(outbox.carrier.ids)) == 30
    assert outbox.states() == ["done"] * 30
    assert {row.tries for row in outbox.rows()} == {1}


def test_a_purge_is_called_until_it_has_nothing_left(outbox: Outbox) -> None:
    left = [2, 2, 1, 0, 9]
    outbox.purges.append(lambda _scope: left.pop(0))

    assert outbox.worker().purge() == 5

    assert left == [9]


def test_a_purge_that_never_ends_is_stopped(outbox: Outbox) -> None:
    outbox.purges.append(lambda _scope: 1)

    assert outbox.worker().purge() == 200


def test_a_purge_is_committed(scope: Scope, outbox: Outbox) -> None:
    def purge(scope: Scope) -> int:
        return len(scope.db.scalars(update(OutboxRow).where(OutboxRow.tries == 0).values(tries=5).returning(1)).all())

    outbox.post()
    outbox.purges.append(purge)

    outbox.worker().purge()

    assert scope.read.scalar(select(OutboxRow.tries)) == 5


def test_a_purge_that_fails_stops_no_other_and_is_told(outbox: Outbox) -> None:
    def fails(_scope: Scope) -> int:
        raise RuntimeError

    left = [3, 0]
    outbox.purges += [fails, lambda _scope: left.pop(0)]

    with pytest.raises(RuntimeError):
        outbox.worker().purge()

    assert left == []
