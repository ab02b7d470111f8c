"""worker and purge."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, environment
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.testing import FakeClock, Mailbox


def post_a_mail(scope: Scope) -> None:
    scope.send(Mail("anna@example.com", "my_account/password_changed"))
    scope.commit()


def test_once_carries_what_is_due_and_counts_it(run: Run, scope: Scope, mailbox: Mailbox):
    post_a_mail(scope)

    assert run("worker", "--once").stdout == "1 job done.\n"
    assert run("worker", "--once").stdout == "0 jobs done.\n"
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
    carried = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM))
    carried.start()

    result = run("worker")

    assert result.stdout.endswith("Stopped.\n")
    assert len(mailbox.mails) == 1
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_process_ends_well_by_either_signal(tmp_path: Path, number: signal.Signals):
    command = [sys.executable, "-m", "watchword.cli", "worker"]
    env = {**environment(tmp_path, {"WATCHWORD_ENV": "development"}), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8") as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "Working. Stop it with Ctrl-C.\n"

        worker.send_signal(number)

        assert worker.wait(20) == 0
        assert worker.stdout.read() == "Stopped.\n"


def test_a_worker_without_tables_says_how_to_make_them(process: Callable[..., subprocess.CompletedProcess[str]]):
    result = process(
        "worker",
        "--once",
        WATCHWORD_ENV="production",
        SECRET_KEY="vK7nQ2wX9tB4mZ8cR5yH1jL6pD3sF0gA-eUoTiN",
        WATCHWORD_PUBLIC_URL="https://login.example.com",
        WATCHWORD_MAIL_URL="smtp://mail.example.com",
    )

    assert result.returncode == 1
    assert result.stderr == (
        "Error: The database is without our tables; this version needs 0001. Run `watchword db upgrade` first.\n"
    )
