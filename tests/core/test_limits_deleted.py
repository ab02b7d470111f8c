"""Rows of limits that are deleted while guesses use them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from watchword.core.limits import Rate
from watchword.core.limits_rows import LimitRow
from watchword.web.setup import setup_of


def test_a_purge_waits_for_no_guess_so_that_none_can_wait_for_it_in_turn(app, clock):
    """A guess takes its rows in the order of their keys, a purge as they lie: PostgreSQL ended one of the two."""
    tools = setup_of(app).tools
    engine = tools.store.counting
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one lock")
    for key in ("used", "idle"):
        tools.limits.take(Rate(key, 5, 1))
    clock.pass_(seconds=5)

    with ThreadPoolExecutor(1) as pool, engine.begin() as guess:
        guess.execute(select(LimitRow.key).where(LimitRow.key == "used").with_for_update())
        purging = pool.submit(tools.limits.purge)
        try:
            assert purging.result(30) == 1
        finally:
            guess.rollback()

    assert tools.limits.purge() == 1
