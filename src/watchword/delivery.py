"""Carries the outbox of one app: a thread from the first change of a serving process on, or `watchword worker`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, has_request_context

from watchword.core.feature import Feature
from watchword.core.later import Later
from watchword.core.mail import Carrier
from watchword.core.scope import Scope
from watchword.features.outbox import worker
from watchword.features.outbox.at_need import carriers
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.worker_thread import WorkerThread
from watchword.start import folder_of
from watchword.web.current import scope
from watchword.web.setup import setup_of

if TYPE_CHECKING:
    from watchword.web import mails
else:
    mails = Later("watchword.web.mails", needs="email")  # loaded with the first mail, as what carries it


class Delivery:
    """*carrier* replaces the one that WATCHWORD_MAIL_URL names. In tests nothing runs by itself: call `run_once`."""

    def __init__(self, app: Flask, features: Sequence[Feature], carrier: Carrier | None = None) -> None:
        self._app = app
        self._features = features
        self._carrier = carrier
        self.thread = WorkerThread(self.make_worker)

    def carry_by(self, carrier: Carrier | None) -> Carrier | None:
        """Let *carrier* take the mails from now on; return who was given before. None: whom the settings name."""
        before, self._carrier = self._carrier, carrier
        self.__dict__.pop("_work", None)
        return before

    def see_to(self, posted: int) -> None:
        """Carry what a change posted. The first change of a process that serves starts the thread even when it posted
        nothing: a process that died may have left mails, and nobody else may be there to look.
        """
        if posted or (has_request_context() and not self.thread.is_running):
            self.wake()

    def wake(self) -> None:
        if not self._app.testing:
            self.thread.wake()

    def run_once(self) -> int:
        """Do everything that is due, here and now; return how many rows that were."""
        return self.make_worker().run_once()

    def make_worker(self) -> worker.Worker:
        return worker.Worker(self._work)

    @cached_property
    def _work(self) -> worker.Work:
        return worker.Work(
            open_scope=self._open_scope,
            draw=mails.draw,
            carrier=self._carrier or self._carrier_from_settings(),
            jobs={name: job for each in self._features for name, job in each.jobs.items()},
            apart=frozenset(name for each in self._features for name in each.jobs_apart),
            purges=(self._purge_limits, *(purge for each in self._features for purge in each.purges)),
        )

    @contextmanager
    def _open_scope(self) -> Iterator[Scope]:
        """A scope in an app context of its own: mails need the templates, links need the map of pages."""
        with self._app.app_context():
            yield scope()

    def _carrier_from_settings(self) -> Carrier:
        config = setup_of(self._app).tools.config[OutboxConfig]
        return carriers.carrier_for(config.url, folder_of(self._app), timeout=config.timeout.total_seconds())

    @staticmethod
    def _purge_limits(scope: Scope) -> int:
        return scope.limits.purge()
