"""Workers are killed at random points over a thousand mails: all arrive, and only those in flight may come twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.crash import killed_at
from tests.support.smtp_sink import SmtpSink
from watchword.core.mail import Mail
from watchword.features.outbox.models import WAITING, OutboxRow
from watchword.features.outbox.service import LEASE
from watchword.testing import submit
from watchword.web.current import scope
from watchword.web.setup import setup_of

MAILS, KILLS = 1000, 8
FURTHEST = 3000  # steps of a worker until its kill; a mail takes about 15 on PostgreSQL and 19 on SQLite
TOGETHER = {"sqlite": 1, "postgresql": 2}
SETTINGS = (
    "TESTING",
    "SECRET_KEY",
    "DATABASE_URL",
    "WATCHWORD_ENV",
    "WATCHWORD_PUBLIC_URL",
    "WATCHWORD_INSTANCE",
    "WATCHWORD_MAIL_URL",
)
PATIENCE = 60.0  # seconds until the database has noticed that a killed worker is gone


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_only_what_was_in_flight_comes_twice(make_app, database_url, clock, sink):
    app = make_app(carrier=None, WATCHWORD_MAIL_URL=sink.url)
    config = {**{name: app.config[name] for name in SETTINGS}, "clock": clock}
    post(app)
    in_flight = set[str]()
    for points in points_of_kills(database_url):
        kill(app, config, points)
        in_flight |= held(app)
        clock.pass_(seconds=LEASE.total_seconds())
    finish(app)

    came = Counter(sink.ids)
    assert len(came) == len({to for envelope in sink.taken for to in envelope.rcpt_tos}) == MAILS
    assert {name for name, count in came.items() if count > 1} <= in_flight
    assert 1 <= len(in_flight) <= KILLS
    assert came.total() <= MAILS + KILLS


def points_of_kills(database_url: str) -> list[list[int]]:
    """The points at which the workers of each round die, the same in each run."""
    dice = random.Random(7)  # noqa: S311 - the same each time
    together = TOGETHER[database_url.partition(":")[0].partition("+")[0]]
    return [[dice.randrange(1, FURTHEST) for _ in range(together)] for _ in range(KILLS // together)]


def post(app: Flask) -> None:
    told = {"username": "anna", "link": "https://login.example.com/x", "code": "12345678", "minutes": 30}
    with app.app_context():
        for number in range(MAILS):
            scope().send(Mail(f"a{number}@example.com", "password_reset/reset_link", told))
        scope().commit()


def kill(app: Flask, config: dict[str, Any], points: list[int]) -> None:
    """Let as many workers as there are *points* carry at the same time, each killed at its point; and a visitor asks
    for a mail meanwhile, and doesn't wait for it.
    """
    with ThreadPoolExecutor(len(points)) as threads:
        killed = [threads.submit(killed_at, point, work, config) for point in points]
        assert submit(app.test_client(), "/forgot-password", email="nobody@example.com").status_code == 303
    assert all(each.result() for each in killed)


def work(app: Flask) -> None:
    setup_of(app).delivery.run_once()


def held(app: Flask) -> set[str]:
    """The Message-IDs of what the killed workers had taken and not finished."""
    with setup_of(app).tools.store.counting.connect() as connection:
        rows = select(OutboxRow.public_id).where(OutboxRow.state == WAITING, OutboxRow.leased_by.is_not(None))
        return {f"<{name}@localhost>" for name in connection.scalars(rows)}


def finish(app: Flask) -> None:
    """Carry what is left. PostgreSQL may hold a dead worker's row until it misses its client."""
    until = time.monotonic() + PATIENCE
    waiting = select(func.count()).where(OutboxRow.state == WAITING)
    while time.monotonic() < until:
        work(app)
        with setup_of(app).tools.store.counting.connect() as connection:
            if not connection.scalar(waiting):
                return
    pytest.fail("mails were left")
