"""Several processes serve as one; one that dies takes nothing along; new ones take over without a gap."""

from __future__ import annotations

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from threading import Event
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.browser import Browser
from tests.support.server import run_process
from watchword.testing import PASSWORD, submit

pytestmark = pytest.mark.slow
GRACE = 4.5  # seconds after which the server has told the first of the old workers to end
BERTA = {"username": "berta", "email": "berta@example.com", "password": PASSWORD}


def test_four_processes_serve_the_whole_walk(serve, eventually, database_url):
    process = serve(4, database_url)
    eventually(lambda: len(process.workers()) == 4)
    browser = Browser(process.url)

    assert browser.submit("/register", **BERTA) == 303
    assert browser.open(browser.mailed_link("/confirm-email"))[0] == 303
    assert browser.submit("/confirm-email") == 303
    assert browser.sign_in(name="berta") == 303
    assert [browser.open("/account")[0] for _ in range(12)] == [200] * 12
    assert browser.submit("/logout") == 303
    assert [browser.open("/account")[0] for _ in range(12)] == [303] * 12


def test_killed_workers_are_replaced_and_lose_neither_sessions_nor_mails(serve, beside, eventually, database_url):
    process = serve(2, database_url)
    eventually(lambda: len(process.workers()) == 2)
    browser = Browser(process.url)
    assert browser.sign_in() == 303

    killed = process.workers()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert submit(beside(database_url).test_client(), "/register", **BERTA).status_code == 303
    eventually(lambda: len(process.workers() - killed) == 2)
    process.wait_until_it_answers("/readyz")

    assert browser.open("/account")[0] == 200
    assert browser.mailed_link("/confirm-email")


def test_settings_that_no_process_can_start_with_end_the_start():
    command = ["-m", "watchword.app", "serve", "--workers", "2"]

    with (
        pytest.raises(AssertionError, match="SECRET_KEY is not set"),
        run_process(command, {"WATCHWORD_ENV": "production"}),
    ):
        pass


def test_a_rolling_restart_drops_no_request(serve, eventually, postgres_databases):
    with postgres_databases.fresh() as url:
        process = serve(2, url)
        eventually(lambda: len(process.workers()) == 2)
        old = process.workers()
        browser, done = Browser(process.url), Event()
        assert browser.sign_in() == 303
        begun = [half_a_sign_in(process.url) for _ in range(4)]
        with ThreadPoolExecutor(2) as pool:
            load = [pool.submit(answers_until, done, Browser(process.url), browser.jar) for _ in range(2)]
            process.popen.send_signal(signal.SIGHUP)
            eventually(lambda: process.workers() - old)
            time.sleep(GRACE)
            begun_before = {finished(*each) for each in begun}
            eventually(lambda: len(process.workers() - old) == 2 and not process.workers() & old)
            done.set()
            seen = [status for one in load for status in one.result(60)]

    assert begun_before == {b"HTTP/1.1 303 See Other"}
    assert set(seen) == {200}
    assert len(seen) > 20


def answers_until(done, browser, jar):
    """The statuses of one request after the other, each on a connection of its own."""
    for cookie in jar:
        browser.jar.set_cookie(cookie)
    seen = []
    while not done.is_set():
        seen.append(asked(browser, "/account"))
    return seen


def asked(browser, path):
    """The status of a GET, repeated once when its connection ends without a word, as RFC 9112 9.3.1 lets a client do.

    The server's library closes a connection that it has taken and not read from yet when it is told to end; on a busy
    machine that may be one with a request on its way.
    """
    try:
        return browser.open(path)[0]
    except (RemoteDisconnected, ConnectionResetError):
        return browser.open(path)[0]


def half_a_sign_in(url):
    """A connection on which a sign-in was begun and isn't yet sent whole."""
    browser = Browser(url)
    form = urlencode({"csrf_token": browser.token("/login"), "identifier": "anna", "password": PASSWORD})
    head = [
        "POST /login HTTP/1.1",
        "Host: 127.0.0.1",
        "Cookie: " + "; ".join(f"{one.name}={one.value}" for one in browser.jar),
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(form)}",
        "Connection: close",
    ]
    where = urlsplit(browser.url)
    connection = socket.create_connection((where.hostname, where.port), 60)
    connection.sendall("\r\n".join([*head, "", form[:20]]).encode())
    return connection, form[20:]


def finished(connection, rest):
    """The first line of the answer, once the rest is sent."""
    with connection:
        connection.sendall(rest.encode())
        return connection.recv(65536).split(b"\r\n")[0]
