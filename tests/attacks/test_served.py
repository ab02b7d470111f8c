"""Attacks on the app as it is served, byte by byte."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.support.raw_http import exchange, request
from tests.support.server import run_process

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def served():
    with run_process(["-m", "watchword.app", "serve"], {"WATCHWORD_ENV": "development"}) as process:
        yield process.url


def answers_to(address, data):
    """The status lines of everything that comes back on one connection until the server closes it."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), 20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return [line for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def post_head(*lines):
    return b"\r\n".join([b"POST /login HTTP/1.1", b"Host: localhost", *lines, b"", b""])


@pytest.mark.slow
@pytest.mark.parametrize(
    "head",
    [
        post_head(b"Content-Length: 6", b"Content-Length: 60"),
        post_head(b"Content-Length: 6, 60"),
        post_head(b"Content-Length: +6"),
        post_head(b"Transfer-Encoding: chunked, identity"),
        post_head(b"Transfer-Encoding: xchunked"),
        post_head(b"Content-Length : 6"),
        post_head(b"X: y", b" Content-Length: 6"),
    ],
    ids=["two lengths", "a list of lengths", "a sign", "chunked not last", "unknown", "a space before", "folded"],
)
def test_web_20_a_request_whose_end_is_in_doubt_is_refused_and_the_connection_closed(served, head):
    statuses = answers_to(served, head + b"0\r\n\r\n" + SMUGGLED)

    assert len(statuses) <= 1, statuses
    assert all(status.startswith(b"HTTP/1.1 400") for status in statuses)


@pytest.mark.slow
def test_web_20_with_both_a_length_and_chunks_nothing_hides_behind_the_body(served):
    both = post_head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED

    statuses = answers_to(served, both)

    assert len(statuses) <= 2
    assert not any(status.startswith(b"HTTP/1.1 200") for status in statuses)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/nothing", "/console", "/login?__debugger__=yes&cmd=resource&f=style.css", "/%00"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_web_19_no_answer_tells_versions_or_opens_a_debugger(served, path, accept):
    answer = exchange(served, request("GET", path, [("Accept", accept)]))

    assert answer.status in {200, 400, 404}
    assert not any(word in answer.text.lower() for word in ("werkzeug", "traceback", "granian", "debugger", "python"))
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert answer.header(name), name
    assert not answer.header("Server") or "/" not in answer.header("Server")


ODD_JSON = ["[1]", '"x"', "1e400", "NaN", '{"identifier": {"$ne": ""}}', '{"identifier": [1]}', "[" * 100_000]


@pytest.mark.slow
@pytest.mark.parametrize("body", ODD_JSON, ids=lambda body: body[:20])
def test_rl_16_json_of_any_shape_is_refused_where_a_form_is_wanted(served, body):
    kind = [("Content-Type", "application/json"), ("Accept", "application/json")]

    answer = exchange(served, request("POST", "/login", kind, body.encode()))

    assert answer.status in {400, 403, 413, 415, 422}
    assert json.loads(answer.body)["code"]
