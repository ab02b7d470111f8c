"""One worker thread for each process, started by the first row, gone when it should be."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.outbox.conftest import Outbox
from watchword.core.mail import Mail, MailDelayed
from watchword.features.outbox.worker import Worker
from watchword.features.outbox.worker_thread import WorkerThread
from watchword.features.sessions.events import SessionsEnded
from watchword.testing import submit
from watchword.testing.people import change
from watchword.web.setup import setup_of


@pytest.fixture
def thread(outbox: Outbox) -> Iterator[WorkerThread]:
    thread = WorkerThread(outbox.worker)
    yield thread
    assert thread.stop()


def ring(outbox: Outbox) -> threading.Event:
    """A job that rings when it is done."""
    done = threading.Event()
    outbox.jobs["ring"] = lambda _scope, _payload: done.set()
    outbox.post_job("ring")
    return done


def test_no_thread_runs_before_the_first_row(thread: WorkerThread) -> None:
    assert not thread.is_running


def test_the_first_row_starts_it_and_the_next_one_finds_it(outbox: Outbox, thread: WorkerThread) -> None:
    first = ring(outbox)
    thread.wake()
    assert first.wait(10)

    second = ring(outbox)
    thread.wake()
    assert second.wait(10)

    assert [each.name for each in threading.enumerate()].count("watchword-outbox") == 1


def test_many_rows_at_once_start_one_thread(outbox: Outbox) -> None:
    made: list[Worker] = []

    def make() -> Worker:
        made.append(outbox.worker())
        return made[-1]

    thread = WorkerThread(make)
    wakers = [threading.Thread(target=thread.wake) for _ in range(8)]
    for waker in wakers:
        waker.start()
    for waker in wakers:
        waker.join()

    assert thread.stop()
    assert len(made) == 1


def test_it_ends_when_told_and_stays_ended(outbox: Outbox, thread: WorkerThread) -> None:
    done = ring(outbox)
    thread.wake()
    assert done.wait(10)

    assert thread.stop()
    thread.wake()

    assert not thread.is_running


def test_stopping_one_that_never_ran_is_no_trouble(outbox: Outbox) -> None:
    assert WorkerThread(outbox.worker).stop()


def test_it_finishes_the_mail_that_is_on_its_way(outbox: Outbox, thread: WorkerThread) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        started.set()
        go_on.wait(10)

    outbox.carrier.before = slow
    outbox.post(2)
    thread.wake()
    assert started.wait(10)

    assert not thread.stop(patience=0.01)
    go_on.set()
    assert thread.stop()

    assert sorted(outbox.states()) == ["done", "waiting"]


def test_a_system_without_threads_breaks_no_request(
    outbox: Outbox, thread: WorkerThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread at interpreter shutdown")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        thread.wake()
        assert not thread.is_running

    done = ring(outbox)
    thread.wake()
    assert done.wait(10)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_replaced(outbox: Outbox, thread: WorkerThread) -> None:
    """`SystemExit` ends a thread quietly, whatever it was doing."""
    outbox.carrier.troubles = [SystemExit()]
    outbox.post()
    thread.wake()
    for _ in range(100):
        if not thread.is_running:
            break
        threading.Event().wait(0.05)
    assert not thread.is_running

    done = ring(outbox)
    thread.wake()

    assert done.wait(10)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_starts_its_own_and_the_parents_goes_on(outbox: Outbox, thread: WorkerThread) -> None:
    """Servers that load first and fork then: the child has neither the thread nor the one who would open its locks."""
    carried, wanted = threading.Event(), threading.Event()
    outbox.carrier.before = carried.set
    outbox.post()
    thread.wake()
    assert carried.wait(10)
    thread._lock.acquire()

    child = os.fork()
    if child == 0:  # the child's own worker touches no database: its parent's connections aren't the child's to use
        asked = threading.Event()
        thread._make_worker = lambda: asked.set() or _Idle()  # type: ignore[func-returns-value, return-value]
        thread.wake()
        os._exit(0 if asked.is_set() and thread.is_running else 1)
    thread._lock.release()
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert thread.is_running
    assert not wanted.is_set()


class _Idle:
    def run(self, stop: threading.Event) -> None:
        stop.wait()

    def wake(self) -> None: ...


_PROGRAM = """
import threading
from watchword.features.outbox.worker_thread import WorkerThread
from watchword.features.sessions.events import SessionsEnded
from watchword.testing import submit
from watchword.testing.people import change
from watchword.web.setup import setup_of

class Idle:
    woken = threading.Event()
    def run(self, stop):
        self.woken.wait(20)
        print("stopped" if stop.is_set() else "left alone", flush=True)
    def wake(self):
        self.woken.set()

thread = WorkerThread(Idle)
thread.wake()
"""


def test_the_end_of_the_interpreter_ends_it_in_good_order() -> None:
    ended = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=30, check=True)

    assert ended.stdout == "stopped\n"
    assert ended.stderr == ""


def test_trouble_with_one_mail_leaves_the_thread_running(outbox: Outbox, thread: WorkerThread) -> None:
    outbox.carrier.troubles = [MailDelayed(), RuntimeError()]
    outbox.post(2)
    done = ring(outbox)

    thread.wake()

    assert done.wait(10)
    assert thread.is_running


class Ringing:
    """A carrier that rings when it is given a mail."""

    def __init__(self) -> None:
        self.rang = threading.Event()

    def carry(self, _message: EmailMessage) -> None:
        self.rang.set()


def test_the_first_change_in_a_process_carries_what_another_left(
    outbox: Outbox, make_app: Callable[..., Flask]
) -> None:
    told = {"username": "anna", "link": "http://localhost/x", "code": "12345678", "minutes": 30}
    outbox.scope.send(Mail("anna@example.com", "password_reset/reset_link", told))
    outbox.scope.commit()
    carrier = Ringing()
    serving = make_app(TESTING=False, carrier=carrier)
    thread = setup_of(serving).delivery.thread

    with change(serving) as scope:  # a command, not a request
        scope.emit(SessionsEnded(user_id=1, count=0, reason="test"))
    assert not thread.is_running
    submit(serving.test_client(), "/login", identifier="nobody", password="not the password at all")

    assert carrier.rang.wait(10)
    assert thread.stop()
