"""HTTP byte by byte, for what no polite client sends: doubled cookies, raw bytes, broken lengths, races."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

TIMEOUT = 20.0  # seconds
Header = tuple[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. *status* 0: the server hung up without a word."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


def request(
    method: str, path: str | bytes, headers: Iterable[Header] = (), body: bytes = b"", *, length: int | None = None
) -> bytes:
    """The bytes of one request, unchecked. *length* lies about the body's; a `Host` given replaces the usual one."""
    lines = [(_bytes(name), _bytes(value)) for name, value in headers]
    names = {name.lower() for name, _ in lines}
    if b"host" not in names:
        lines.insert(0, (b"Host", b"localhost"))
    if (body or length is not None) and not names & {b"content-length", b"transfer-encoding"}:
        lines.append((b"Content-Length", str(len(body) if length is None else length).encode()))
    lines.append((b"Connection", b"close"))
    head = b"".join(name + b": " + value + b"\r\n" for name, value in lines)
    return _bytes(method) + b" " + _bytes(path) + b" HTTP/1.1\r\n" + head + b"\r\n" + body


def form(path: str, fields: Sequence[tuple[str, str]], headers: Iterable[Header] = ()) -> bytes:
    """The bytes of a posted form; a field may come twice."""
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    return request("POST", path, [kind, *headers], urlencode(fields).encode())


def chunked(parts: Iterable[bytes]) -> bytes:
    """A body for `Transfer-Encoding: chunked`."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"


def exchange(address: str, data: bytes, *, timeout: float = TIMEOUT) -> Answer:
    """Send *data* to *address* (`http://localhost:8000`) and read the answer, also one that comes before the end."""
    with _connect(address, timeout) as connection:
        _send(connection, data)
        return _read(connection, data)


def release_together(address: str, requests: Sequence[bytes], *, timeout: float = TIMEOUT) -> list[Answer]:
    """Send all but the last byte of each, then the last bytes at once: they are worked on side by side."""
    with ExitStack() as stack:
        connections = [stack.enter_context(_connect(address, timeout)) for _ in requests]
        for connection, data in zip(connections, requests, strict=True):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _send(connection, data[:-1])
        for connection, data in zip(connections, requests, strict=True):
            _send(connection, data[-1:])
        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(_read, connections, requests))


def _connect(address: str, timeout: float) -> socket.socket:
    where = urlsplit(address)
    return socket.create_connection((where.hostname or "localhost", where.port or 80), timeout)


def _send(connection: socket.socket, data: bytes) -> None:
    """A server that has heard enough may answer and hang up: its answer is read, not our broken pipe."""
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(data)


def _read(connection: socket.socket, data: bytes) -> Answer:
    response = http.client.HTTPResponse(connection, method=data.split(b" ", 1)[0].decode("latin-1"))
    try:
        response.begin()
        return Answer(response.status, tuple(response.getheaders()), response.read())
    except (ConnectionResetError, http.client.RemoteDisconnected):
        return Answer(0)
    finally:
        response.close()


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
