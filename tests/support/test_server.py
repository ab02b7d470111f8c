from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, request

from tests.support import raw_http
from tests.support.server import run_process, serve


def small_app() -> Flask:
    app = Flask("small")

    @app.get("/")
    def home() -> str:
        return f"hello from {request.host}"

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("a bug of ours")

    return app


def test_an_app_is_served_at_its_own_address() -> None:
    with serve(small_app()) as url:
        answer = raw_http.exchange(url, raw_http.request("GET", "/", [("Host", urlsplit(url).netloc)]))

    assert (answer.status, answer.text) == (200, f"hello from {urlsplit(url).netloc}")


def test_an_app_may_be_made_for_the_address_it_gets() -> None:
    known: list[str] = []

    def make(url: str) -> Flask:
        known.append(url)
        return small_app()

    with serve(make=make) as url:
        assert known == [url]


def test_what_a_view_raises_fails_the_test() -> None:
    app = small_app()
    app.config["PROPAGATE_EXCEPTIONS"] = True

    with pytest.raises(AssertionError, match="a bug of ours"), serve(app) as url:
        raw_http.exchange(url, raw_http.request("GET", "/broken"))


def test_a_connection_held_open_does_not_outlive_the_server() -> None:
    before = threading.active_count()
    with serve(small_app()) as url, socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as idle:
        raw_http.exchange(url, raw_http.request("GET", "/"))
        idle.settimeout(5)

    assert threading.active_count() == before


def test_the_body_for_a_browser_that_hung_up_is_closed() -> None:
    asked, left, closed = threading.Event(), threading.Event(), threading.Event()

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield b"all there is"
            asked.set()
            left.wait(5)

        def close(self) -> None:
            closed.set()

    def app(_environ: Any, start_response: Any) -> Body:
        start_response("200 OK", [("Content-Length", "12")])
        return Body()

    with serve(app) as url, socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\n\r\n")
        asked.wait(5)
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.close()  # at once: a reset, as of a browser that goes on to another page
        left.set()

    assert closed.is_set()


def test_the_ready_to_run_app_starts_as_a_process_and_ends_when_asked(tmp_path: Path) -> None:
    env = {"WATCHWORD_ENV": "development", "WATCHWORD_INSTANCE": str(tmp_path / "instance")}
    with run_process(["-m", "watchword.app", "serve"], env) as process:
        answer = raw_http.exchange(process.url, raw_http.request("GET", "/healthz"))
        status = process.stop(signal.SIGTERM)

        assert answer.status == 200
        assert status == 0, process.output()
        assert process.url in process.output()


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(AssertionError, match="no_such_module"), run_process(["-m", "no_such_module"]):
        pass


def test_settings_around_us_do_not_reach_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_ENV", "nonsense")
    monkeypatch.setenv("SECRET_KEY", "of somebody else")
    program = "import os; print([name for name in os.environ if name in ('WATCHWORD_ENV', 'SECRET_KEY')])"

    with pytest.raises(AssertionError, match=r"\[\]"), run_process(["-c", program]):
        pass
    assert os.environ["WATCHWORD_ENV"] == "nonsense"
