"""Rows of limits that are deleted or filled while guesses use them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text, update

from tests.support.rows import statements
from watchword.core.limits import Full, Rate
from watchword.core.limits_rows import LimitRow
from watchword.web.setup import setup_of


@pytest.fixture
def tools(app):
    found = setup_of(app).tools
    if found.store.counting.dialect.name != "postgresql":
        pytest.skip("SQLite has one lock")
    return found


def test_a_guess_that_another_filled_a_row_for_in_this_very_moment_is_counted_nowhere(tools):
    first, second = Rate("first", 1, 60), Rate("second", 5, 60)
    tools.limits.reserve(first).unchecked()
    engine = tools.store.counting

    with ThreadPoolExecutor(1) as pool, engine.begin() as other:
        other.execute(update(LimitRow).where(LimitRow.key == first.key).values(used=1))
        guess = pool.submit(tools.limits.try_to_reserve, [first, second])
        while not _somebody_waits(engine):
            other.execute(select(func.pg_sleep(0.01)))
        other.commit()

        assert isinstance(guess.result(30), Full)
    assert tools.limits.find(second.key).used == 0


def test_a_guess_that_sees_a_full_row_counts_nothing_that_it_would_have_to_give_back(app):
    """Others wait for what is counted, if only for a moment: who has no guesses left would hold up an owner."""
    tools = setup_of(app).tools
    full, idle = Rate("full", 1, 60), Rate("idle", 5, 60)
    tools.limits.reserve(full).wrong()

    with statements(tools.store.engines.read, tools.store.engines.write) as seen:
        refused = tools.limits.try_to_reserve([full, idle])

    assert isinstance(refused, Full)
    assert "INSERT" in {each.verb for each in seen}
    assert "UPDATE" not in {each.verb for each in seen}


def _somebody_waits(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))


def test_a_purge_waits_for_no_guess_so_that_none_can_wait_for_it_in_turn(tools, clock):
    """A guess takes its rows in the order of their keys, a purge as they lie: PostgreSQL ended one of the two."""
    engine = tools.store.counting
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
