"""The short way to one row: the same values as by SQLAlchemy, and the usual way wherever that matters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from watchword.core.db import UtcDateTime, make_engines
from watchword.core.lookup import Lookup

THINGS = Table(
    "looked_up",
    MetaData(),
    Column("key", String(20), primary_key=True),
    Column("number", Integer),
    Column("is_true", Boolean),
    Column("at", UtcDateTime()),
    Column("never", UtcDateTime()),
)
WANTED = select(*THINGS.c, THINGS.c.never.is_(None).label("is_empty")).where(THINGS.c.key == bindparam("key"))
MOMENT = datetime(2026, 11, 26, 12, 0, 0, 5, tzinfo=UTC)
ROW = {"key": "one", "number": 7, "is_true": True, "at": MOMENT, "never": None}


@pytest.fixture
def engines(database_url):
    made = make_engines(database_url)
    THINGS.drop(made.write, checkfirst=True)
    THINGS.create(made.write)
    with made.write.begin() as connection:
        connection.execute(insert(THINGS), ROW)
    yield made
    THINGS.drop(made.write)
    made.dispose()


@pytest.fixture
def connection(engines):
    with engines.read.connect() as opened:
        yield opened


def test_values_are_those_that_sqlalchemy_gives(connection):
    found = Lookup(WANTED).first(connection, "one")

    assert list(found) == list(connection.execute(WANTED, {"key": "one"}).one()) == [*ROW.values(), True]
    assert [type(each) for each in found] == [str, int, bool, datetime, type(None), bool]
    assert found[3].tzinfo is not None


def test_no_row_is_none(connection):
    assert Lookup(WANTED).first(connection, "two") is None


def test_a_text_that_the_database_refuses_is_refused_as_ever(connection):
    try:
        usual = connection.execute(WANTED, {"key": "a\x00b"}).first()
    except (DBAPIError, ValueError) as error:
        with pytest.raises(type(error)):
            Lookup(WANTED).first(connection, "a\x00b")
    else:
        assert Lookup(WANTED).first(connection, "a\x00b") == usual


@pytest.mark.parametrize("listens", ["before_cursor_execute", "after_cursor_execute"])
def test_who_listens_to_statements_hears_of_it(engines, connection, listens):
    heard = []
    lookup = Lookup(WANTED)
    lookup.first(connection, "one")
    event.listen(engines.read, listens, lambda *told: heard.append(told[2]))
    found = lookup.first(connection, "one")

    assert found[0] == "one"
    assert [each.split()[0] for each in heard] == ["SELECT"]


def test_in_a_session_it_sees_the_open_change(engines):
    with Session(engines.write) as session:
        session.execute(THINGS.update().values(number=8))

        assert Lookup(WANTED).first(session, "one")[1] == 8


def test_a_connection_that_died_is_sqlalchemys_to_mend(engines, connection):
    lookup = Lookup(WANTED)
    connection.connection.driver_connection.close()
    with pytest.raises(DBAPIError):
        lookup.first(connection, "one")

    with engines.read.connect() as another:
        assert lookup.first(another, "one")[0] == "one"


def test_on_sqlite_nothing_stays_open_behind_it(tmp_path):
    """A read that isn't ended keeps the log from being emptied."""
    made = make_engines(f"sqlite:///{tmp_path / 'log.db'}")
    THINGS.create(made.write)
    with made.write.begin() as writing:
        writing.execute(insert(THINGS), ROW)
    with made.read.connect() as reading:
        Lookup(WANTED).first(reading, "one")
        with made.write.connect() as other:
            busy = other.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    made.dispose()

    assert busy == 0


def test_a_statement_with_other_parameters_is_a_mistake():
    engine = create_engine("sqlite://")
    wrong = Lookup(select(THINGS.c.number).where(THINGS.c.key == "fixed"))
    with engine.connect() as connection, pytest.raises(ValueError, match="one parameter"):
        wrong.first(connection, "one")
