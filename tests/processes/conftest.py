"""The app as it is served, in several processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from tests.support.server import Process, run_process
from watchword.app import create_app
from watchword.testing import make_user
from watchword.web.setup import setup_of


@pytest.fixture
def eventually():
    """`eventually(condition)`: return once it is met; AssertionError after a minute."""

    def wait(condition: Callable[[], object]) -> None:
        until = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < until
            time.sleep(0.05)

    return wait


@pytest.fixture
def settings(tmp_path):
    """For the processes, and for adding people before they start."""
    return {"WATCHWORD_ENV": "development", "WATCHWORD_INSTANCE": str(tmp_path), "WATCHWORD_LOCALE": "en"}


@pytest.fixture
def beside(settings) -> Iterator[Callable[[str], Flask]]:
    """`beside(url)`: the same app in the test's own process, where no mail leaves by itself."""
    made: list[Flask] = []

    def make(database_url: str) -> Flask:
        made.append(create_app(**settings, DATABASE_URL=database_url, TESTING=True))
        return made[-1]

    yield make
    for app in made:
        setup_of(app).tools.store.dispose()


@pytest.fixture
def serve(settings, beside) -> Iterator[Callable[..., Process]]:
    """`serve(4, url)`: the app in four processes on that database, in which there is a user anna."""
    with ExitStack() as stack:

        def start(workers: int, database_url: str, **more: str) -> Process:
            make_user(beside(database_url), "anna")
            env = {**settings, "DATABASE_URL": database_url, **more}
            return stack.enter_context(run_process(["-m", "watchword.app", "serve", "--workers", str(workers)], env))

        yield start
