"""Asks as fast as it is answered, from a process of its own: `python -m benchmarks.load pages URL …` prints a rate."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from benchmarks.people import PASSWORD, name_of

CONNECTIONS = 16
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

    def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Head (with the empty line at its end) and body of the answer."""
        self.socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        end = answer.index(b"\r\n\r\n") + 4
        head, body = answer[:end], answer[end:]
        found = _LENGTH.search(head)
        while found and len(body) < int(found[1]):
            body += self._more()
        return head, body

    def _more(self) -> bytes:
        more = self.socket.recv(65536)
        assert more, "the server hung up"
        return more


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

    Each thread has an address of its own: of one address only five guesses are in flight at once, the others wait.
    """
    until = time.perf_counter() + seconds
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        counts = pool.map(lambda thread: _sign_in_until(url, until, thread, int(first)), range(CONNECTIONS))
        total = sum(counts)
    return total / (time.perf_counter() - started)


def _sign_in_until(url: str, until: float, thread: int, first: int) -> int:
    count = 0
    wire = Wire(url, f"127.0.1.{1 + thread}")
    while time.perf_counter() < until:
        sign_in(wire, name_of(first + thread + count * CONNECTIONS))
        count += 1
    wire.socket.close()
    return count


def sign_in(wire: Wire, name: str) -> None:
    """As a browser that nobody knows."""
    head, body = wire.ask(f"GET /login HTTP/1.1\r\nHost: {wire.host}\r\n\r\n".encode())
    token = _TOKEN.search(body)
    assert token, head
    cookies = b"; ".join(_COOKIE.findall(head)).decode()
    fields = urlencode({"csrf_token": token[1].decode(), "identifier": name, "password": PASSWORD})
    head, _body = wire.ask(
        f"POST /login HTTP/1.1\r\nHost: {wire.host}\r\nCookie: {cookies}\r\nContent-Type: "
        f"application/x-www-form-urlencoded\r\nContent-Length: {len(fields)}\r\n\r\n{fields}".encode()
    )
    assert head.startswith(b"HTTP/1.1 303"), head[:200]


if __name__ == "__main__":
    kind, url, seconds, argument = sys.argv[1:]
    print({"pages": pages, "sign_ins": sign_ins}[kind](url, float(seconds), argument))
