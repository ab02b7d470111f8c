"""A real Redis of our own for one test run: started on a free port, in a fresh folder, gone when the run is gone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.support.parts import missing
from tests.support.server import free_port

PATIENCE = 30.0  # seconds; a start takes a tenth of one


class RedisServer:
    """`RedisServer.start()`, then `url` and `flush()`; `kill()` and `restart()` for faults, `stop()` at the end.

    Nothing is written to disk: a restart has forgotten everything, as the worst of them would.
    """

    def __init__(self, program: str) -> None:
        self.port = free_port()
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="watchword-redis-"))
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls) -> Self:
        """A running server. LookupError, with a reason, where there is none."""
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            raise LookupError("Redis isn't here (sudo apt install redis-server)")
        server = cls(program)
        server.restart()
        return server

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def restart(self) -> None:
        """Start (again), on the same port."""
        self.kill()
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", self._folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops us in good order
        )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("Redis doesn't start")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def flush(self) -> None:
        self._say(b"FLUSHALL\r\n")

    def _answers(self) -> bool:
        try:
            return self._say(b"PING\r\n").startswith(b"+PONG")
        except OSError:
            return False

    def _say(self, command: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(command)
            return connection.recv(64)


@contextmanager
def running() -> Iterator[RedisServer]:
    """A server for as long as the block lasts; skips the tests (or fails them, see `parts`) where there is none."""
    try:
        import redis  # noqa: F401 - an extra of ours

        server = RedisServer.start()
    except (LookupError, ImportError) as reason:
        missing(str(reason))
    try:
        yield server
    finally:
        server.stop()
