"""Statements of SQLite that go to Python's own driver: a row of many columns is one value on the way."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import insert, select

from tests.support.things import MOMENT, ROW, THINGS, WANTED
from watchword.core.db import make_engines
from watchword.core.prepared import Prepared

BIG = 2**62 + 1


@pytest.fixture
def on_sqlite(tmp_path):
    """A connection whose statements, as SQLite hears them, are in `heard`."""
    engines = make_engines(f"sqlite:///{tmp_path / 'things.db'}")
    THINGS.create(engines.write)
    with engines.write.begin() as connection:
        connection.execute(insert(THINGS), ROW)
    with engines.read.connect() as opened:
        yield opened
    engines.dispose()


@pytest.fixture
def heard(on_sqlite):
    statements: list[str] = []
    on_sqlite.connection.driver_connection.set_trace_callback(statements.append)
    return statements


def test_a_row_of_many_columns_comes_as_one_value(on_sqlite, heard):
    found = Prepared(WANTED).first(on_sqlite, key="one")

    assert heard[0].startswith("SELECT json_array(")
    assert found == [*ROW.values(), True]


def test_a_few_columns_come_as_they_are(on_sqlite, heard):
    few = select(THINGS.c.key, THINGS.c.at, THINGS.c.number)

    assert list(Prepared(few).first(on_sqlite)) == ["one", MOMENT, 7]
    assert "json" not in heard[0]


def test_an_old_sqlite_without_json_is_asked_for_columns(on_sqlite, heard, monkeypatch):
    monkeypatch.setattr(sqlite3.dbapi2, "sqlite_version_info", (3, 37, 2))

    assert list(Prepared(WANTED).first(on_sqlite, key="one")) == [*ROW.values(), True]
    assert "json" not in heard[0]


@pytest.mark.parametrize("text", ['"],["', "\\u0041\n\t\x7f", "مرحبا 🔑", "null", "", "[1]"])
def test_no_text_or_number_changes_on_the_way(on_sqlite, text):
    Prepared(insert(THINGS)).run(on_sqlite, key=text, number=BIG)
    found = Prepared(WANTED).first(on_sqlite, key=text)

    assert list(found) == list(on_sqlite.execute(WANTED, {"key": text}).one())
    assert list(found[:2]) == [text, BIG]
