"""The worker: does what is due, one row after the other, and clears away what is too old."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watchword.core.errors import AuthError
from watchword.core.failures import kind_and_line_of, kind_of
from watchword.core.feature import Job
from watchword.core.mail import Carrier, Mail, MailDelayed, MailRefused
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.features.outbox import service
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.service import ALL_JOBS, Claimed, Lane

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage

log = logging.getLogger("watchword.outbox")

MAIL = "mail"
PURGE_EVERY = timedelta(hours=1)
LONGEST_REST = 60.0  # seconds between two tries to reach a database that is away
LAST_WAIT = 2.0  # seconds for what is beside this worker to end with it, and give its connection back
_GLANCE = 0.5  # seconds until a worker that rests sees that it should stop
_MOST_ROUNDS = 200  # of one purge, so that a purge which never says 0 doesn't stop the mails


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is given: *open_scope* opens a scope a row; *draw* takes a mail, a public id and a sender."""

    open_scope: Callable[[], AbstractContextManager[Scope]]
    draw: Callable[[Mail, str, Address], EmailMessage]
    carrier: Carrier
    jobs: Mapping[str, Job]
    purges: tuple[Callable[[Scope], int], ...] = ()
    apart: frozenset[str] = frozenset()
    """The names of jobs that no mail waits behind."""


class NobodyDoes(Exception):
    """A job whose feature is off here; another process, or the next version, may do it."""


class WorkerLost(Exception):
    """Every worker that took the row died over it."""


class Worker:
    """Several may run side by side, in one process or in many: the leases keep them apart."""

    def __init__(self, work: Work, name: str = "", lane: Lane = ALL_JOBS) -> None:
        self.name = (name or f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}")[:120]
        self._work = work
        self._lane = lane
        self._beside: Worker | None = None
        self._beside_thread: threading.Thread | None = None
        self._woken = threading.Event()
        self._purged_at: datetime | None = None

    def run_once(self, stop: threading.Event | None = None) -> int:
        """Do everything that is due now; return how many rows that were."""
        count = 0
        while (stop is None or not stop.is_set()) and self._do_next():
            count += 1
        return count

    def run(self, stop: threading.Event) -> None:
        """Work until *stop* is set. A database that is away is one line in the log and a growing rest.

        What waits for somebody else's server is done by another worker beside this one.
        """
        if self._work.apart and self._lane == ALL_JOBS:
            self._beside, self._lane = self._start_beside(stop), Lane(but=self._work.apart)
        rest = 0.0
        while not stop.is_set():
            try:
                self.run_once(stop)
                if not self._lane.only:
                    self.tidy(stop)
                rest = self._poll()
            except Exception as error:  # noqa: BLE001 - whatever it is, tomorrow's mails still want a worker
                rest = min(max(rest, 1.0) * 2, LONGEST_REST)
                log.warning("outbox: %s; going on in %d s", kind_of(error), rest)
            self._rest(stop, rest)
        if self._beside_thread is not None:
            self._beside_thread.join(LAST_WAIT)

    def wake(self) -> None:
        """Something was posted: don't wait for the next look."""
        self._woken.set()
        if self._beside is not None:
            self._beside.wake()

    def tidy(self, stop: threading.Event | None = None) -> None:
        """Purge, unless this worker did so within the last hour."""
        with self._work.open_scope() as scope:
            now = scope.now
        if self._purged_at is None or now - self._purged_at >= PURGE_EVERY:
            self._purged_at = now
            self.purge(stop)

    def purge(self, stop: threading.Event | None = None) -> int:
        """Clear away what is too old, in many short transactions; return how many rows that were.

        One purge that fails stops none of the others; it is told when they had their turn.
        """
        total, failures = 0, list[Exception]()
        for one in self._work.purges:
            try:
                total += self._purge_all(one, stop)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other features' rows grow old too
                log.warning("outbox: a purge of %s: %s", one.__module__, kind_and_line_of(error))
                failures.append(error)
        if failures:
            raise failures[0]
        return total

    def _start_beside(self, stop: threading.Event) -> Worker:
        """It may hang for as long as that server does: nobody waits for it long, and its row is free with its lease."""
        beside = Worker(self._work, f"{self.name}+", Lane(only=self._work.apart))
        thread = threading.Thread(target=beside.run, args=(stop,), name="watchword-outbox-apart", daemon=True)
        self._beside_thread = thread
        thread.start()
        return beside

    def _do_next(self) -> bool:
        with self._work.open_scope() as scope:
            claimed = service.claim(scope, self.name, self._lane)
        if claimed is None:
            return False
        try:
            self._do(claimed)
        except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
            self._failed(claimed, error)
        return True

    def _do(self, claimed: Claimed) -> None:
        with self._work.open_scope() as scope:
            if claimed.tries > scope.config[OutboxConfig].tries:
                raise WorkerLost
            payload = service.open_payload(scope, claimed)
            if claimed.job == MAIL:
                self._carry(scope, Mail(**payload), claimed.public_id)
            else:
                self._hand_over(scope, claimed.job, payload)
            if service.finish(scope, claimed):
                scope.commit()
            else:  # leaving without a commit undoes what the handler wrote: the other worker writes it
                log.warning("outbox: %s %s took longer than its lease", claimed.job, claimed.public_id)

    def _carry(self, scope: Scope, mail: Mail, public_id: str) -> None:
        sender = scope.config[OutboxConfig].sender(scope.config[SiteConfig])
        message = self._work.draw(mail, public_id, sender)
        scope.nothing_open("carry a mail")
        self._work.carrier.carry(message)
        if mail.receipt is not None:
            scope.post(mail.receipt["job"], mail.receipt["payload"])

    def _hand_over(self, scope: Scope, job: str, payload: Mapping[str, object]) -> None:
        """Run the handler. A refusal is an answer: what was written before it stays, and the job is done."""
        handler = self._work.jobs.get(job)
        if handler is None:
            raise NobodyDoes
        try:
            handler(scope, payload)
        except AuthError as refusal:
            log.info("outbox: %s was refused: %s", job, refusal.code)

    def _failed(self, claimed: Claimed, error: Exception) -> None:
        """Write down what went wrong, without a word of what the row holds: messages may repeat addresses."""
        told = kind_of(error)
        shown = told if isinstance(error, MailDelayed | MailRefused) else kind_and_line_of(error)
        log.warning("outbox: %s %s, try %d: %s", claimed.job, claimed.public_id, claimed.tries, shown)
        with self._work.open_scope() as scope:
            if isinstance(error, MailRefused | WorkerLost):
                service.give_up(scope, claimed, told)
            else:
                service.postpone(scope, claimed, told)
            scope.commit()

    def _purge_all(self, purge: Callable[[Scope], int], stop: threading.Event | None) -> int:
        total = 0
        for _ in range(_MOST_ROUNDS):
            if stop is not None and stop.is_set():
                break
            with self._work.open_scope() as scope:
                count = purge(scope)
                scope.commit()
            total += count
            if not count:
                break
        return total

    def _poll(self) -> float:
        with self._work.open_scope() as scope:
            return scope.config[OutboxConfig].poll.total_seconds()

    def _rest(self, stop: threading.Event, seconds: float) -> None:
        while seconds > 0 and not stop.is_set() and not self._woken.wait(min(seconds, _GLANCE)):
            seconds -= _GLANCE
        self._woken.clear()
