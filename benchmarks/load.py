"""Asks as fast as it is answered, from a process of its own: `python -m benchmarks.load pages URL …` prints a rate."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from benchmarks.people import PASSWORD, name_of

CONNECTIONS = 16
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


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
    address = (str(host.hostname), host.port or 80)
    cookie = f"Cookie: watchword={secret}\r\n" if secret else ""
    request = f"GET /page HTTP/1.1\r\nHost: {host.netloc}\r\nAccept: text/html\r\n{cookie}\r\n".encode()
    connections = [socket.create_connection(address) for _ in range(CONNECTIONS)]
    length = _length_of_answer(connections[0], request)
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


def _length_of_answer(connection: socket.socket, request: bytes) -> int:
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    assert found, head
    while len(body) < int(found[1]):
        body += connection.recv(65536)
    return len(head) + 4 + int(found[1])


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
    connection = HTTPConnection(urlsplit(url).netloc, source_address=(f"127.0.1.{1 + thread}", 0))
    while time.perf_counter() < until:
        sign_in(connection, name_of(first + thread + count * CONNECTIONS))
        count += 1
    connection.close()
    return count


def sign_in(connection: HTTPConnection, name: str) -> None:
    """As a browser that nobody knows."""
    connection.request("GET", "/login")
    form = connection.getresponse()
    token = _TOKEN.search(form.read())
    assert token
    fields = urlencode({"csrf_token": token[1].decode(), "identifier": name, "password": PASSWORD})
    cookies = "; ".join(value.partition(";")[0] for value in form.headers.get_all("Set-Cookie") or ())
    kind = "application/x-www-form-urlencoded"
    connection.request("POST", "/login", fields, {"Cookie": cookies, "Content-Type": kind})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, answer.status


if __name__ == "__main__":
    kind, url, seconds, argument = sys.argv[1:]
    print({"pages": pages, "sign_ins": sign_ins}[kind](url, float(seconds), argument))
