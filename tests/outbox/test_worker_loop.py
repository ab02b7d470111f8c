"""The worker that goes on: waking, purging, and a database that is away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from tests.outbox.conftest import Outbox, draw
from watchword.core.scope import Scope
from watchword.features.outbox.worker import Work, Worker


class Loop:
    """A worker in a thread of the test."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.stop = threading.Event()
        self.thread = threading.Thread(target=worker.run, args=(self.stop,))

    def __enter__(self) -> Worker:
        self.thread.start()
        return self.worker

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.worker.wake()
        self.thread.join(10)
        assert not self.thread.is_alive()


def waited_for(event: threading.Event) -> bool:
    return event.wait(10)


def test_a_woken_worker_does_not_wait_for_its_next_look(outbox: Outbox) -> None:
    done = threading.Event()
    outbox.jobs["ring"] = lambda _scope, _payload: done.set()
    idle = threading.Event()
    outbox.purges.append(lambda _scope: idle.set() or 0)

    with Loop(outbox.worker()) as worker:
        assert waited_for(idle)
        outbox.post_job("ring")
        worker.wake()

        assert done.wait(3)


def test_purges_run_at_the_start_and_once_an_hour(outbox: Outbox, clock: Any) -> None:
    purged: list[int] = []
    outbox.purges.append(lambda _scope: purged.append(1) or 0)
    worker = outbox.worker()

    for _ in range(4):  # at 0, 31, 62 and 93 minutes
        worker.tidy()
        clock.pass_(minutes=31)

    assert len(purged) == 2


def test_a_worker_outlives_a_database_that_is_away(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    away, done = threading.Event(), threading.Event()
    failures: list[OperationalError] = [OperationalError("SELECT anna@example.com", {}, Exception("gone"))] * 2

    @contextmanager
    def open_scope() -> Iterator[Scope]:
        if failures:
            away.set()
            raise failures.pop()
        with outbox.open_scope() as scope:
            yield scope

    outbox.jobs["ring"] = lambda _scope, _payload: done.set()
    outbox.post_job("ring")
    work = Work(open_scope=open_scope, draw=draw, carrier=outbox.carrier, jobs=outbox.jobs)

    with caplog.at_level(logging.WARNING), Loop(Worker(work)) as worker:
        assert waited_for(away)
        while not done.wait(0.1):
            worker.wake()

    assert [record.getMessage() for record in caplog.records] == [
        "outbox: OperationalError; going on in 2 s",
        "outbox: OperationalError; going on in 4 s",
    ]
    assert "anna" not in caplog.text
    assert "Traceback" not in caplog.text


def test_no_mail_waits_behind_a_job_that_hangs(outbox: Outbox) -> None:
    """As a text message does whose gateway doesn't answer; when it does in the end, its job is done."""
    hangs, answers, carried, sent = (threading.Event() for _ in range(4))
    outbox.jobs["text"] = lambda _scope, _payload: (hangs.set(), waited_for(answers), sent.set())
    outbox.carrier.before = carried.set
    outbox.post_job("text")
    work = Work(
        open_scope=outbox.open_scope,
        draw=draw,
        carrier=outbox.carrier,
        jobs=outbox.jobs,
        apart=frozenset({"text"}),
    )

    with Loop(Worker(work)) as worker:
        assert waited_for(hangs)
        outbox.post()
        worker.wake()
        assert waited_for(carried)
        assert not sent.is_set()
        answers.set()
        assert waited_for(sent)


def test_one_look_does_what_is_apart_too(outbox: Outbox) -> None:
    done: list[str] = []
    outbox.jobs["text"] = lambda _scope, _payload: done.append("text")
    outbox.post_job("text")
    work = Work(
        open_scope=outbox.open_scope, draw=draw, carrier=outbox.carrier, jobs=outbox.jobs, apart=frozenset({"text"})
    )

    assert (Worker(work).run_once(), done) == (1, ["text"])
