"""One of the apps behind granian or gunicorn, as one process with threads."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import HOST, Process, free_port
from watchword.app.server import THREADS

GRANIAN, GUNICORN = "granian", "gunicorn gthread"
ANSWERS = {"bare:bare": "/page", "apps:guarded": "/login", "unhashed:page": "/login"}
"""What each app answers to everybody."""


@contextmanager
def serving(which: str, server: str, url: str) -> Iterator[Process]:
    """The app *which* (one of ANSWERS) on *server*, with its rows at the database *url*, once it answers."""
    port = free_port()
    with tempfile.TemporaryFile() as log:
        popen = subprocess.Popen(
            _command(which, server, port),
            env={**os.environ, "DATABASE_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        process = Process(popen, f"http://{HOST}:{port}", log)
        try:
            process.wait_until_it_answers(ANSWERS[which])
            yield process
        finally:
            process.kill()


def _command(which: str, server: str, port: int) -> list[str]:
    if server == GUNICORN:
        threads = ["--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "60"]
        place = ["--bind", f"{HOST}:{port}", "--workers", "1", "--no-control-socket", f"benchmarks.{which}()"]
        return [sys.executable, "-m", "gunicorn", "--log-level", "error", *threads, *place]
    options = ["--interface", "wsgi", "--factory", "--workers", "1", "--blocking-threads", str(THREADS), "--no-ws"]
    place = ["--host", HOST, "--port", str(port), "--log-level", "error", f"benchmarks.{which}"]
    return [sys.executable, "-m", "granian", *options, *place]


def processes_of(process: Process) -> list[int]:
    """The numbers of the server's process and of all that it started (Linux)."""
    parents = {int(path.parent.name): _parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
    found = [process.popen.pid]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0
