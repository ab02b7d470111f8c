"""Debian's `hydra`, a guessing tool, and a way to lend its connections other addresses.

Hydra can't change its source address or a header from try to try: a small forwarder in between does, for each
connection. Hydra can't read our token either: it is given one with its cookie, as an attacker would who looked first.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlsplit

from tests.support.parts import missing

TASKS = 8  # processes of hydra
PATIENCE = 120.0  # seconds
Source = Callable[[int], str]
Rewrite = Callable[[int, bytes], bytes]


def command(url: str, *, token: str, cookie: str, name: str, passwords: Path) -> list[str]:
    """Guess *name*'s password on the sign-in form at *url* with every line of *passwords*, until one is right."""
    program = shutil.which("hydra")
    if program is None:
        missing("Hydra isn't here (sudo apt install hydra)")
    where = urlsplit(url)
    body = f"csrf_token={quote(token)}&identifier=^USER^&password=^PASS^"
    form = f"/login:{body}:g=:H=Cookie\\: {cookie}:F=couldn"
    target = ("-s", str(where.port), "127.0.0.1", "http-post-form", form)
    return [program, "-l", name, "-P", str(passwords), "-t", str(TASKS), "-f", "-I", "-q", *target]


def found(output: str) -> bool:
    """Whether hydra says that it found a password."""
    return "password: " in output


def run(arguments: Sequence[str], folder: Path, meanwhile: Callable[[], None] = lambda: None) -> str:
    """What hydra says at its end; *meanwhile* is done while it guesses."""
    with (folder / "hydra.txt").open("w+b") as log:
        hydra = subprocess.Popen(
            arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            meanwhile()
            hydra.wait(PATIENCE)
        finally:
            hydra.kill()
            hydra.wait()
        log.seek(0)
        return log.read().decode(errors="replace")


@contextmanager
def forwarder(
    url: str, *, source: Source = lambda _number: "127.0.0.1", rewrite: Rewrite = lambda _number, head: head
) -> Iterator[str]:
    """An address that leads to *url*: connection *n* leaves from `source(n)`, its first bytes as `rewrite(n, …)`."""
    target = ("127.0.0.1", urlsplit(url).port or 0)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        numbers = iter(range(10**9))

        def carry(client: socket.socket, number: int) -> None:
            with client, suppress(OSError), socket.create_connection(target, 20, (source(number), 0)) as server:
                client.settimeout(20)
                server.sendall(rewrite(number, _last(client.recv(65536))))
                while answer := server.recv(65536):
                    client.sendall(answer)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    Thread(target=carry, args=(client, next(numbers)), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _last(head: bytes) -> bytes:
    """A request after which its connection ends, so that the next one gets an address of its own."""
    first, _, rest = head.partition(b"\r\n")
    return first + b"\r\nConnection: close\r\n" + re.sub(rb"(?i)connection: [^\r]*\r\n", b"", rest)
