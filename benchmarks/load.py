"""Asks as fast as it is answered, from a process of its own: `python -m benchmarks.load pages URL …` prints a rate."""

from __future__ import annotations

import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

from benchmarks.people import PASSWORD, name_of

CONNECTIONS = 16
Answer = tuple[bytes, bytes]
"""The head with the empty line at its end, and the body."""
Visits = Generator[bytes, Answer, int]

_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
_COOKIE = re.compile(rb"(?i)\r\nset-cookie: ([^;\r]+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")


class Wire:
    """One connection that is kept open. It does next to nothing, for it shares the cores with what is measured."""

    def __init__(self, url: str, source: str = "") -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        address = (str(parts.hostname), parts.port or 80)
        self.socket = socket.create_connection(address, source_address=(source, 0) if source else None)
        self._come = b""

    def ask(self, request: bytes) -> Answer:
        self.send(request)
        while (answer := self.received()) is None:
            pass
        return answer

    def send(self, request: bytes) -> None:
        self._come = b""
        self.socket.sendall(request)

    def received(self) -> Answer | None:
        """Wait for the next piece; None while the answer isn't whole."""
        more = self.socket.recv(65536)
        assert more, "the server hung up"
        self._come += more
        end = self._come.find(b"\r\n\r\n") + 4
        found = _LENGTH.search(self._come, 0, end) if end > 3 else None
        if end == 3 or (found and len(self._come) < end + int(found[1])):
            return None
        return self._come[:end], self._come[end:]


def rate(kind: str, url: str, seconds: float, argument: str = "") -> float:
    """How many *kind* ("pages", "sign_ins") a second the server at *url* answers."""
    command = [sys.executable, "-m", "benchmarks.load", kind, url, str(seconds), argument]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout)


def pages(url: str, seconds: float, secret: str) -> float:
    """One page again and again on connections kept open. All its answers are of one length."""
    host = urlsplit(url)
    cookie = f"Cookie: watchword={secret}\r\n" if secret else ""
    request = f"GET /page HTTP/1.1\r\nHost: {host.netloc}\r\nAccept: text/html\r\n{cookie}\r\n".encode()
    wires = [Wire(url) for _ in range(CONNECTIONS)]
    length = sum(map(len, wires[0].ask(request)))
    connections = [wire.socket for wire in wires]
    for each in connections:
        each.sendall(request)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        for each in connections:
            answer = each.recv(length, socket.MSG_WAITALL)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
            each.sendall(request)
        count += CONNECTIONS
    return count / (time.perf_counter() - started)


def sign_ins(url: str, seconds: float, first: str) -> float:
    """GET the form and POST it, each time as another person, from the number *first* on.

    Each connection has an address of its own: of one address only five guesses are in flight at once, the others wait.
    One thread serves them all, so that the server's threads have the cores.
    """
    started, count = time.perf_counter(), 0
    with selectors.DefaultSelector() as selector:
        for place in range(CONNECTIONS):
            wire = Wire(url, f"127.0.1.{1 + place}")
            visits = _visits(wire.host, int(first) + place, started + seconds)
            wire.send(next(visits))
            selector.register(wire.socket, selectors.EVENT_READ, (wire, visits))
        while selector.get_map():
            for key, _events in selector.select():
                count += _go_on(selector, *key.data)
    return count / (time.perf_counter() - started)


def _go_on(selector: selectors.BaseSelector, wire: Wire, visits: Visits) -> int:
    """Send what comes next once an answer is whole; at the end return how many sign-ins there were."""
    answer = wire.received()
    if answer is None:
        return 0
    try:
        wire.send(visits.send(answer))
    except StopIteration as ended:
        selector.unregister(wire.socket)
        wire.socket.close()
        return int(ended.value)
    return 0


def _visits(host: str, first: int, until: float) -> Visits:
    count = 0
    while time.perf_counter() < until:
        yield from _sign_in(host, name_of(first + count * CONNECTIONS))
        count += 1
    return count


def sign_in(wire: Wire, name: str) -> None:
    steps = _sign_in(wire.host, name)
    request = next(steps)
    with suppress(StopIteration):
        while True:
            request = steps.send(wire.ask(request))


def _sign_in(host: str, name: str) -> Visits:
    """As a browser that nobody knows: what it sends, one after the other, given each answer."""
    head, body = yield f"GET /login HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    token = _TOKEN.search(body)
    assert token, head
    cookies = b"; ".join(_COOKIE.findall(head)).decode()
    fields = urlencode({"csrf_token": token[1].decode(), "identifier": name, "password": PASSWORD})
    head, _body = yield (
        f"POST /login HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nContent-Type: "
        f"application/x-www-form-urlencoded\r\nContent-Length: {len(fields)}\r\n\r\n{fields}".encode()
    )
    assert head.startswith(b"HTTP/1.1 303"), head[:200]
    return 1


if __name__ == "__main__":
    kind, url, seconds, argument = sys.argv[1:]
    print({"pages": pages, "sign_ins": sign_ins}[kind](url, float(seconds), argument))
