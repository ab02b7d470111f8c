"""The short way to the driver: the same values as by SQLAlchemy, and the usual way wherever that matters."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, registry

from tests.support.things import MOMENT, ROW, THINGS, WANTED
from watchword.core.db import make_engines
from watchword.core.prepared import Prepared
from watchword.core.store import OwnStore


def test_values_are_those_that_sqlalchemy_gives(connection):
    found = Prepared(WANTED).first(connection, key="one")

    assert list(found) == list(connection.execute(WANTED, {"key": "one"}).one()) == [*ROW.values(), True]
    assert [type(each) for each in found] == [str, int, bool, datetime, type(None), bool]
    assert found[3].tzinfo is not None


def test_no_row_is_none(connection):
    assert Prepared(WANTED).first(connection, key="two") is None


def test_a_text_that_the_database_refuses_is_refused_as_ever(connection):
    try:
        usual = connection.execute(WANTED, {"key": "a\x00b"}).first()
    except (DBAPIError, ValueError) as error:
        with pytest.raises(type(error)):
            Prepared(WANTED).first(connection, key="a\x00b")
    else:
        assert Prepared(WANTED).first(connection, key="a\x00b") == usual


def test_where_tables_are_moved_sqlalchemy_says_where(connection):
    moved = connection.execution_options(schema_translate_map={None: "elsewhere"})
    with pytest.raises(DBAPIError):
        Prepared(WANTED).first(moved, key="one")


def test_in_a_session_it_sees_the_open_change(engines):
    with Session(engines.write) as session:
        session.execute(THINGS.update().values(number=8))

        assert Prepared(WANTED).first(session, key="one")[1] == 8


def test_what_it_writes_stands_and_falls_with_its_transaction(engines, ours):
    Prepared(insert(THINGS)).run(ours, key="two", number=2)
    with engines.read.connect() as another:
        unseen = Prepared(WANTED).first(another, key="two")
    seen = Prepared(WANTED).first(ours, key="two")
    ours.rollback()
    with engines.read.connect() as another:
        undone = Prepared(WANTED).first(another, key="two")

    assert (unseen, undone) == (None, None)
    assert seen[:2] in [("two", 2), ["two", 2]]


def test_what_it_writes_is_there_after_the_commit(engines, ours):
    Prepared(insert(THINGS)).run(ours, key="two", at=MOMENT, is_true=False, never=None)
    ours.commit()
    with engines.read.connect() as another:
        assert list(Prepared(WANTED).first(another, key="two"))[:5] == ["two", None, False, MOMENT, None]


def test_each_connection_asks_it_as_often_as_it_likes(engines):
    written = Prepared(insert(THINGS).returning(THINGS.c.key))
    for number in range(8):
        session = OwnStore(engines).open_session(lambda _committed: None)
        assert written.all(session, key=f"again{number}")[0][0] == f"again{number}"
        session.rollback() if number % 2 else session.commit()
        session.close()
    with engines.read.connect() as another:
        kept = another.scalars(select(THINGS.c.key).where(THINGS.c.key.startswith("again"))).all()

    assert len(kept) == 4


def test_what_waits_to_be_flushed_comes_first(engines, ours):
    class Thing:
        """A row that the ORM keeps for later."""

    registry().map_imperatively(Thing, THINGS)
    wanted = Prepared(WANTED)
    waiting = Thing()
    waiting.key, waiting.number = "three", 3
    ours.add(waiting)
    added = wanted.first(ours, key="three")[1]
    waiting.number = 4
    changed = wanted.first(ours, key="three")[1]
    ours.delete(waiting)
    deleted = wanted.first(ours, key="three")

    assert (added, changed, deleted) == (3, 4, None)


def test_after_its_transaction_a_session_goes_the_usual_way(ours):
    ours.commit()

    assert Prepared(WANTED).first(ours, key="one")[1] == 7


def test_a_refusal_by_the_database_is_sqlalchemys_error_and_hides_the_values(ours):
    with pytest.raises(IntegrityError) as refused:
        Prepared(insert(THINGS)).run(ours, key="one", number=424242)

    assert "424242" not in str(refused.value)


def test_after_a_refusal_a_savepoint_leads_back(ours):
    written = Prepared(insert(THINGS))
    with pytest.raises(IntegrityError), ours.begin_nested():
        written.run(ours, key="one")
    written.run(ours, key="two")

    assert Prepared(WANTED).first(ours, key="two")[0] == "two"


def test_a_connection_that_dies_in_a_change_is_sqlalchemys_to_mend(engines, ours):
    written = Prepared(insert(THINGS))
    written.run(ours, key="two")
    ours.connection().connection.driver_connection.close()
    with pytest.raises(DBAPIError):
        written.run(ours, key="three")
    ours.close()

    with engines.write.connect() as another:
        assert Prepared(WANTED).first(another, key="two") is None


def test_a_connection_that_died_is_sqlalchemys_to_mend(engines, connection):
    wanted = Prepared(WANTED)
    connection.connection.driver_connection.close()
    with pytest.raises(DBAPIError):
        wanted.first(connection, key="one")

    assert connection.invalidated
    with engines.read.connect() as another:
        assert wanted.first(another, key="one")[0] == "one"


def test_on_sqlite_nothing_stays_open_behind_it(tmp_path):
    """A read that isn't ended keeps the log from being emptied."""
    made = make_engines(f"sqlite:///{tmp_path / 'log.db'}")
    THINGS.create(made.write)
    with made.write.begin() as writing:
        writing.execute(insert(THINGS), ROW)
    with made.read.connect() as reading:
        Prepared(WANTED).first(reading, key="one")
        with made.write.connect() as other:
            busy = other.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    made.dispose()

    assert busy == 0


@pytest.mark.parametrize("right_before", [False, True])
@pytest.mark.parametrize("values", [{}, {"other": "one"}, {"key": "one", "number": 1}])
def test_values_without_a_place_and_places_without_a_value_are_a_mistake(connection, values, right_before):
    wanted = Prepared(WANTED)
    if right_before:
        wanted.first(connection, key="one")
    for _ in range(2):
        with pytest.raises(ValueError, match="is filled with"):
            wanted.first(connection, **values)


def test_what_is_made_at_each_use_is_no_prepared_statement(ours, connection):
    with_default = Table(
        "looked_up", MetaData(), Column("key", String(20)), Column("number", Integer, default=lambda: 1)
    )
    with pytest.raises(ValueError, match="made at each use"):
        Prepared(insert(with_default)).run(ours, key="two")
    with pytest.raises(ValueError, match="made at each use"):
        Prepared(select(THINGS.c.key).where(THINGS.c.key.in_(["one", "two"]))).first(connection)


def test_without_a_transaction_a_change_waits_for_its_commit_as_ever(engines):
    with engines.write.connect() as writing:
        Prepared(insert(THINGS)).run(writing, key="undone")
        writing.rollback()
        Prepared(insert(THINGS)).run(writing, key="done")
        writing.commit()
    with engines.read.connect() as another:
        found = another.scalars(select(THINGS.c.key).order_by(THINGS.c.key)).all()

    assert found == ["done", "one"]


def test_a_refused_statement_is_not_asked_twice(tmp_path):
    made = make_engines(f"sqlite:///{tmp_path / 'once.db'}")
    THINGS.create(made.write)
    asked = []
    with made.read.connect() as connection:
        written = Prepared(insert(THINGS))
        written.run(connection, key="one")
        connection.connection.driver_connection.set_trace_callback(asked.append)
        with pytest.raises(IntegrityError):
            written.run(connection, key="one")
    made.dispose()

    assert len([each for each in asked if each.startswith("INSERT")]) == 1


def test_what_a_statement_holds_itself_is_filled_in(connection):
    fixed = Prepared(select(THINGS.c.number).where(THINGS.c.key == bindparam("key"), THINGS.c.number == 7))

    assert fixed.first(connection, key="one")[0] == 7
