"""Guess in several processes at once, as several workers of one site would be asked."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["watchword.app", "watchword.testing", "sqlalchemy.dialects.sqlite"])
_ready: dict[str, Barrier] = {}


def guess_in_processes(settings: dict[str, Any], *, processes: int, guesses: int) -> list[int]:
    """What so many wrong sign-ins in each of so many processes, released at once, were answered."""
    barrier = _context.Barrier(processes)
    with ProcessPoolExecutor(processes, _context, _wait_at, (barrier,)) as pool:
        done = [pool.submit(_guess, settings, guesses) for _ in range(processes)]
        return [status for each in done for status in each.result(120)]


def _wait_at(barrier: Barrier) -> None:
    _ready["barrier"] = barrier


def _guess(settings: dict[str, Any], guesses: int) -> list[int]:
    from tests.support.together import together
    from watchword.app import create_app
    from watchword.testing import FakeClock, cheap_hasher, csrf_token
    from watchword.web.setup import setup_of

    app = create_app(**settings, clock=FakeClock(), hasher=cheap_hasher())
    browsers = [app.test_client() for _ in range(guesses)]
    tokens = [csrf_token(browser, "/login") for browser in browsers]
    _ready["barrier"].wait(60)

    def guess(number: int) -> int:
        form = {"csrf_token": tokens[number], "identifier": f"name{number}", "password": "not the password at all"}
        return int(browsers[number].post("/login", data=form).status_code)

    answers = together(guesses, guess)
    setup_of(app).tools.limits.close()
    setup_of(app).tools.store.dispose()
    return answers
