"""The app behind a real socket: in a thread of the test, or as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds; a start takes one or two
ROOT = Path(__file__).parents[2]
WsgiApp = Callable[..., Any]


class _Handler(WSGIRequestHandler):
    def log_request(self, *_args: Any) -> None:
        """Not a word about each request."""


class _Server(ThreadedWSGIServer):
    """Keeps what views raised, and lets go of browsers that hold a connection open."""

    daemon_threads = False  # so that closing waits for each of them: none outlives its test

    def __init__(self) -> None:
        super().__init__(HOST, 0, _too_early, handler=_Handler)
        self.errors: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = Lock()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's name
        if type == "error":
            self.errors.append(message % args if args else message)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def _whole(app: WsgiApp) -> WsgiApp:
    """*app*, with a body that is read and closed before a byte of it goes out.

    Werkzeug's server doesn't close the body for a browser that hung up meanwhile: its file would stay open.
    """

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        body = app(environ, start_response)
        try:
            return list(body)
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer


def _too_early(*_wsgi: Any) -> Any:
    raise RuntimeError("asked before the app was made")


@contextmanager
def serve(app: WsgiApp | None = None, *, make: Callable[[str], WsgiApp] | None = None) -> Iterator[str]:
    """Serve *app*, or what *make* returns for its own address, and give that address, such as `http://localhost:40123`.

    An error that a view let through fails the test at the end.
    """
    server = _Server()
    address = f"http://localhost:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="serve")
    try:
        server.app = _whole(app or _too_early if make is None else make(address))
        thread.start()
        yield address
    finally:
        if thread.ident is not None:
            server.shutdown()
            thread.join()
        server.hang_up()
        server.server_close()
    assert not server.errors, "\n".join(server.errors)


class Process:
    """A program that serves: `url`, `output()`, `stop()`."""

    def __init__(self, popen: subprocess.Popen[bytes], url: str, log: IO[bytes]) -> None:
        self.popen = popen
        self.url = url
        self._log = log

    def output(self) -> str:
        """Everything it has written so far, to both streams."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ask it to end, as a service manager does; return its exit status. AssertionError if it doesn't end."""
        if self.popen.poll() is None:
            self.popen.send_signal(how)
        try:
            return self.popen.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"doesn't end: {self.output()[-3000:]}") from None

    def kill(self) -> None:
        """End it, and every process it started, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(PATIENCE)

    def workers(self) -> set[int]:
        """The processes that it serves with."""
        listed = subprocess.run(["ps", "-axww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
        ours = [row for row in rows if row[1] == str(self.popen.pid) and "spawn_main" in row[2]]
        return {int(row[0]) for row in ours}

    def wait_until_it_answers(self, path: str = "/healthz") -> None:
        """AssertionError, with its output, if it ends first or stays silent."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.popen.poll() is None:
            if _status(self.url + path) == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"doesn't answer at {path}: {self.output()[-3000:]}")


def _status(url: str) -> int:
    """What *url* answers; 0 if nothing. No proxy of the environment is asked about this machine."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        refusal.close()
        return refusal.code
    except OSError:
        return 0


@contextmanager
def run_process(
    args: Sequence[str], env: Mapping[str, str] | None = None, *, cwd: Path | None = None, port: int | None = None
) -> Iterator[Process]:
    """`run_process(["-m", "watchword.app", "serve"], {…})`: Python with *args* and a free port, once it answers.

    Settings of the surrounding environment don't reach it; only *env* does. It works in *cwd*, else in a fresh folder.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        popen = subprocess.Popen(
            [sys.executable, *args, "--host", HOST, "--port", str(port)],
            env=_environment(env or {}),
            cwd=cwd or folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        process = Process(popen, f"http://localhost:{port}", log)
        try:
            process.wait_until_it_answers()
            yield process
        finally:
            process.kill()


def _environment(wanted: Mapping[str, str]) -> dict[str, str]:
    ours = ("WATCHWORD_", "SECRET_KEY", "DATABASE_URL", "FLASK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1", **wanted}


def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
