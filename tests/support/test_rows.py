from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, insert, select, update

from tests.support import postgres
from tests.support.rows import has_scan, plan, scans, statements

METADATA = MetaData()
THINGS = Table(
    "things",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, index=True),
    Column("colour", String),
)


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres.running() as server:
        server.create("rows")
        yield server.url("rows")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    file = f"sqlite:///{tmp_path / 'rows.db'}"
    engine = create_engine(file if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    METADATA.drop_all(engine)
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


def test_statements_are_counted_while_watched_only(engine: Engine) -> None:
    with statements(engine) as seen, engine.begin() as connection:
        connection.execute(insert(THINGS).values(name="one"))
        connection.execute(select(THINGS))
    with engine.begin() as connection:
        connection.execute(select(THINGS))

    assert [each.verb for each in seen] == ["INSERT", "SELECT"]


def test_copies_of_a_watched_engine_are_watched_once(engine: Engine) -> None:
    copy = engine.execution_options(isolation_level="AUTOCOMMIT")
    with statements(engine) as seen, copy.connect() as connection:
        connection.execute(select(THINGS))

    assert len(seen) == 1


@pytest.mark.parametrize(
    ("wanted", "scanned"),
    [
        (select(THINGS).where(THINGS.c.id == 7), False),
        (select(THINGS).where(THINGS.c.name == "one"), False),
        (select(THINGS).where(THINGS.c.name.in_(["one", "two"])), False),
        (update(THINGS).where(THINGS.c.name == "one").values(colour="red"), False),
        (select(THINGS), True),
        (select(THINGS).where(THINGS.c.colour == "red"), True),
        (select(THINGS).where(THINGS.c.colour == "red").order_by(THINGS.c.id), True),
        (update(THINGS).where(THINGS.c.colour == "red").values(name="one"), True),
    ],
)
def test_a_plan_tells_whether_every_row_is_looked_at(engine: Engine, wanted: Any, *, scanned: bool) -> None:
    lines = plan(engine, wanted)

    assert has_scan(lines) == scanned, lines
    assert set(scans(lines)) <= set(lines)


def test_a_statement_that_was_seen_can_be_explained(engine: Engine) -> None:
    with statements(engine) as seen, engine.connect() as connection:
        connection.execute(select(THINGS).where(THINGS.c.name == "one"))
        connection.execute(select(THINGS).where(THINGS.c.colour == "red"))

    assert [has_scan(plan(engine, each)) for each in seen] == [False, True]


def test_explaining_changes_nothing(engine: Engine) -> None:
    plan(engine, insert(THINGS).values(id=1, name="one"))

    with engine.connect() as connection:
        assert connection.execute(select(THINGS)).all() == []
