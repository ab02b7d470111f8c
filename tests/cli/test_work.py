"""worker and purge."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest
from flask import Flask

from tests.cli.conftest import PRODUCTION, Run, run_in
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.testing import FakeClock, Mailbox

Process = Popen[str]


def post_a_mail(scope: Scope) -> None:
    told = {"username": "anna", "link": "http://localhost/x", "code": "12345678", "minutes": 30}
    scope.send(Mail("anna@example.com", "password_reset/reset_link", told))
    scope.commit()


def test_once_carries_what_is_due_and_counts_it(run: Run, scope: Scope, mailbox: Mailbox):
    post_a_mail(scope)

    assert run("worker", "--once").stdout == "1 job tried. `watchword outbox list` shows what is left.\n"
    assert run("worker", "--once").stdout == "0 jobs tried.\n"
    assert len(mailbox.mails) == 1


def test_purge_clears_away_what_is_too_old(run: Run, scope: Scope, clock: FakeClock):
    post_a_mail(scope)
    run("worker", "--once")
    assert run("purge").stdout == "0 rows cleared away.\n"

    clock.pass_(days=31)

    assert json.loads(run("purge", "--json").stdout)["purged"] == 1
    assert run("purge").stdout == "0 rows cleared away.\n"


def test_the_worker_works_until_it_is_told_to_stop(run: Run, scope: Scope, mailbox: Mailbox):
    before = signal.getsignal(signal.SIGTERM)
    post_a_mail(scope)

    def stop_when_carried() -> None:
        while not mailbox.mails:
            time.sleep(0.01)
        signal.raise_signal(signal.SIGTERM)  # safe: a worker that carries listens to it already

    threading.Thread(target=stop_when_carried, daemon=True).start()
    result = run("worker")

    assert result.stdout.endswith("Stopped.\n")
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_worker_process_ends_well_by_either_signal(process: Callable[..., Process], number: signal.Signals):
    with process("worker", WATCHWORD_ENV="development") as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "Working. Stop it with Ctrl-C.\n"

        worker.send_signal(number)

        assert worker.communicate(timeout=20) == ("Stopped.\n", "")
        assert worker.returncode == 0


@pytest.mark.parametrize("command", [("worker", "--once"), ("purge",)])
def test_without_tables_they_say_how_to_make_them(make_app: Callable[..., Flask], tmp_path: Path, command):
    app = make_app(WATCHWORD_ENV="production", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}", **PRODUCTION)

    assert "Run `watchword db upgrade` first" in run_in(app, *command, status=1).stderr
