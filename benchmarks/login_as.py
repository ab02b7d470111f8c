"""How long `login_as` takes in a test, and how long a request after it: `python -m benchmarks.login_as`."""

from __future__ import annotations

import statistics
import tempfile
import time

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from watchword import Watchword, current_user, upgrade_database
from watchword.testing import FakeClock, Mailbox, login_as, make_user, put_tools

TIMES = 200


def milliseconds(act) -> float:
    """The median of many."""
    took = []
    for _ in range(TIMES):
        before = time.perf_counter()
        act()
        took.append((time.perf_counter() - before) * 1000)
    return statistics.median(took)


def main() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with tempfile.TemporaryDirectory() as folder:
        app = Flask("bench", instance_path=folder)
        app.config.update(TESTING=True)
        Watchword(app, engine=engine)
        upgrade_database(app)
        put_tools(app, FakeClock(), Mailbox())
        app.get("/")(lambda: current_user.username)
        anna, browser = make_user(app, "anna"), app.test_client()
        print(f"login_as: {milliseconds(lambda: login_as(browser, anna)):.2f} ms (must be under 2)")
        print(f"a page after it: {milliseconds(lambda: browser.get('/')):.2f} ms")
        engine.dispose()


if __name__ == "__main__":
    main()
