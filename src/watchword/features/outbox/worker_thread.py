"""The worker inside a serving process: a thread that starts when it is first woken, and looks again and again."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from watchword.features.outbox.worker import Worker

log = logging.getLogger("watchword.outbox")

PATIENCE = 15.0  # seconds a stopping process waits for the mail that is on its way


class WorkerThread:
    """One worker for each process; *make_worker* is called anew in each: a lock held at a fork never opens again."""

    def __init__(self, make_worker: Callable[[], Worker]) -> None:
        self._make_worker = make_worker
        self._running: _Running | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        myself = weakref.ref(self)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=lambda: _forget(myself))
        atexit.register(lambda: _say_goodbye(myself))

    def wake(self) -> None:
        """Start the worker, or tell it that something was posted. Never fails: the row waits anyway."""
        with self._lock:
            if self._stop.is_set():
                return
            if self.is_running and self._running is not None:
                self._running.worker.wake()
            else:
                self._running = self._start()

    def stop(self, patience: float = PATIENCE) -> bool:
        """Let the worker finish its row, for at most *patience* seconds; return whether it ended. It stays stopped."""
        with self._lock:
            self._stop.set()
            running = self._running
        if running is None:
            return True
        running.worker.wake()
        running.thread.join(patience)
        return not running.thread.is_alive()

    @property
    def is_running(self) -> bool:
        return self._running is not None and self._running.thread.is_alive()

    def forget(self) -> None:
        """Start afresh: in a forked child the parent's thread is not there, and its locks may be held by nobody."""
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._running = None

    def _start(self) -> _Running | None:
        worker = self._make_worker()
        thread = threading.Thread(target=worker.run, args=(self._stop,), name="watchword-outbox", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending, or the system gives no thread
            log.warning("outbox: no thread could be started; what was posted waits for the next process")
            return None
        return _Running(worker, thread)


@dataclass(frozen=True, slots=True)
class _Running:
    worker: Worker
    thread: threading.Thread


def _forget(thread: weakref.ref[WorkerThread]) -> None:
    found = thread()
    if found is not None:
        found.forget()


def _say_goodbye(thread: weakref.ref[WorkerThread]) -> None:
    found = thread()
    if found is not None:
        found.stop()
