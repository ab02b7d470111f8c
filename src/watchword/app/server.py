"""Serves the app: says in one line where it is, or why it isn't."""

from __future__ import annotations

import argparse
import errno
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from watchword.app import create_app
from watchword.core.config import ConfigError
from watchword.readiness import carry_what_waits

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from granian.server.common import AbstractServer

LOOPBACK = "127.0.0.1"
THREADS = 16
"""Requests at once in each process. They wait for the database and the hasher, which sets its own bound."""


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop, and return the exit status: 0 when asked by a signal."""
    options = _parser().parse_args(arguments)
    host = LOOPBACK if options.host == "localhost" else options.host
    refusal = why_not(host, options.port)
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    # Read by the app in every worker: where links point in development, and how many of it there are.
    os.environ["FLASK_RUN_PORT"] = str(options.port)
    os.environ["WATCHWORD_PROCESSES"] = str(options.workers)
    return _serve(host, options.port, options.workers)


def why_not(host: str, port: int) -> str | None:
    """What hinders listening there, and what helps; None if nothing does. Asked first: the server shares ports."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # on Windows this would let us share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is taken, perhaps by another Watchword. Choose another one: --port {port + 1}"
        if error.errno == errno.EACCES:
            return f"Port {port} is for the system's own programs. Choose one above 1023: --port 8000"
        return f"Can't listen at {host}: {error.strerror}. Choose another address with --host."
    return None


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = "localhost" if host in (LOOPBACK, "0.0.0.0", "::", "::1") else host  # noqa: S104 - only compared
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _serve(host: str, port: int, workers: int) -> int:
    """Each worker is a fresh interpreter, so that those which take over after SIGHUP run the code of that moment."""
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "watchword.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=THREADS * 4,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=10,
    )
    told = multiprocessing.Event()
    Thread(target=_replace_lost_workers, args=(server, told), daemon=True).start()
    try:
        server.serve(target_loader=partial(_load, told, address(host, port)), wrap_loader=False)
    except SystemExit as stop:
        return int(bool(stop.code))
    return 0


def _replace_lost_workers(server: AbstractServer[Any], told: Event) -> None:
    """From the first app on. What ends a worker before that, such as a wrong setting, would end every other one too."""
    told.wait()
    server.respawn_failed_workers = True


def _load(told: Event, where: str) -> Callable[..., Any]:
    """In a worker: make the app and, in the first one that has it, say where it is."""
    try:
        app = create_app()
    except ConfigError as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(1)
    if not told.is_set():
        told.set()
        print(f"Watchword is at {where} (stop it with Ctrl-C)", flush=True)
    carry_what_waits(app)
    return app


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="serve", description="Serve the ready-to-run app.")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen at (%(default)s: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen at (%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes (%(default)s); more than one wants PostgreSQL"
    )
    parser.add_argument("command", nargs="?", choices=["serve"], help=argparse.SUPPRESS)
    return parser
