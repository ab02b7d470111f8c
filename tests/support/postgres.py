"""A real PostgreSQL of our own for one test run: started in a fresh folder, gone when the run is gone.

Each pytest-xdist worker starts its own: about a second each, and nothing to share, to count or to clean up together.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, Self

import pytest

from tests.support.parts import missing
from tests.support.postgres_place import find_programs, find_user, make_folder

OWNER = "watchword"  # the database role; a superuser of this server alone
PATIENCE = 60.0  # seconds; a start takes about one
_SETTINGS = (
    "autovacuum=off",  # its visits to a template would make CREATE DATABASE fail
    "fsync=off",  # so that synchronous_commit costs nothing: what is committed outlives `kill()`
    "full_page_writes=off",
    "jit=off",
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "max_wal_senders=0",
    "wal_level=minimal",
)
# Our end of the pipe closes when we end, however we end (Ctrl-C, SIGKILL): then a shell that waits at the other end
# stops the server and removes its folder, as the user that owns both. A line in the pipe says that we see to it.
_WATCHED = """
exec 3<&0
((
    read -r over <&3 && exit
    kill -INT $$
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $$ 2>/dev/null && sleep 0.5; done
    rm -rf -- "$FOLDER"
) &)
exec "$@" 3<&- </dev/null
"""


class PostgresServer:
    """`PostgresServer.start()`, then `create()`, `url()`, `drop()`; `stop()` at the end."""

    def __init__(
        self, programs: Path, folder: Path, user: tuple[str, int] | None, *, settings: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        self._settings = (*_SETTINGS, *settings)
        self.port = 0
        self._programs = programs
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: Any = None

    @classmethod
    def start(cls, root: Path | None = None, *, settings: Sequence[str] = ()) -> Self:
        """A running server, its data in a new folder below *root*, *settings* ("name=value") besides ours. LookupError,
        with a reason, where there is none.
        """
        programs, user = find_programs(), find_user()
        server = cls(programs, make_folder(user[0] if user else None, root), user, settings=settings)
        try:
            server._initialize()
            server._run()
        except BaseException:
            server.stop()
            raise
        return server

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str | None = None) -> None:
        """A new database; a clone of *template*, which nobody may be connected to, takes some 60 ms."""
        clone = f" TEMPLATE {_quoted(template)}" if template else ""
        if template and self._ready().info.server_version >= 150000:
            clone += " STRATEGY file_copy"  # a quarter quicker than through the log; older servers know no other way
        self._execute(f"CREATE DATABASE {_quoted(name)}{clone}")

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")

    def stop(self) -> None:
        """End the server, breaking connections in good order, and remove its folder."""
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End the server as a power cut does. `restart()` recovers what was committed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)

    def restart(self) -> None:
        """Start again on the same data and the same port."""
        self._end()
        self._run(self.port)

    def _initialize(self) -> None:
        options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", f"--username={OWNER}"]
        done = subprocess.run(
            [self._programs / "initdb", *options, "-D", self.folder / "data"],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            **self._as_user(),
        )
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stdout}{done.stderr}")

    def _run(self, port: int | None = None) -> None:
        """Start the server at *port*, or at a free one, and wait until it takes connections."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self._launch(port or _free_port())
            if self._answers(until):
                return
            # Somebody was quicker at the port, or the last children of a killed server still hold its memory.
            self._end()
            time.sleep(0.1)
        self._give_up()

    def _launch(self, port: int) -> None:
        self.port = port
        settings = [part for setting in (*self._settings, f"port={port}") for part in ("-c", setting)]
        server: list[str | Path] = [self._programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHED, "sh", *server, *settings],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops us in good order
                **self._as_user(),
            )

    def _answers(self, until: float) -> bool:
        """Whether the server came up; False when it ended instead."""
        import psycopg

        while self._process is not None and self._process.poll() is None and time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                self._admin = self._connect()
                return True
            time.sleep(0.02)
        return False

    def _give_up(self) -> NoReturn:
        raise RuntimeError(f"PostgreSQL doesn't start: {(self.folder / 'log').read_text(errors='replace')[-3000:]}")

    def _end(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.send_signal(2)  # SIGINT: break connections, write everything, end
        process.wait(PATIENCE)
        with process.stdin as watcher, suppress(BrokenPipeError):
            watcher.write(b"over\n")

    def _execute(self, statement: str) -> None:
        self._ready().execute(statement)

    def _ready(self) -> Any:
        if self._admin is None or self._admin.closed:
            self._admin = self._connect()
        return self._admin

    def _connect(self) -> Any:
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, dbname="postgres", autocommit=True, connect_timeout=10
        )

    def _as_user(self) -> dict[str, Any]:
        """Not as root; and the PG… variables that somebody has set are not for this server."""
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "FOLDER": str(self.folder)}
        who = {"user": self._user[0], "group": self._user[1], "extra_groups": []} if self._user else {}
        return {"cwd": self.folder, "env": env, **who}


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(_tmp_path_factory: pytest.TempPathFactory | None = None) -> Iterator[PostgresServer]:
    """A server for as long as the block lasts; skips the tests (or fails them, see `parts`) where there is none.

    Not in pytest's own folder: that one is closed to the user that runs the server when we are root.
    """
    try:
        import psycopg  # noqa: F401 - an extra of ours

        server = PostgresServer.start()
    except (LookupError, ImportError) as reason:
        missing(str(reason))
    try:
        yield server
    finally:
        server.stop()
