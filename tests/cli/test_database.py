"""db upgrade and db current."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.cli.conftest import PRODUCTION, Run, run_in
from watchword.migrations import HEAD
from watchword.web.setup import setup_of


@pytest.fixture
def bare_app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An app in production whose database is still empty."""
    return make_app(WATCHWORD_ENV="production", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}", **PRODUCTION)


def test_the_current_revision_is_told(run: Run):
    assert run("db", "current").stdout == f"The database is at revision {HEAD}.\n"


def test_an_empty_database_is_told_with_what_it_lacks(bare_app: Flask):
    assert f"without our tables; this version needs {HEAD}" in run_in(bare_app, "db", "current").stdout


def test_upgrade_makes_the_tables_and_may_run_again(bare_app: Flask):
    first = run_in(bare_app, "db", "upgrade")
    second = run_in(bare_app, "db", "upgrade")

    assert first.stdout == second.stdout == f"The database is at revision {HEAD}.\n"


def test_upgrade_goes_to_the_revision_asked_for(bare_app: Flask):
    assert run_in(bare_app, "db", "upgrade", "0001").stdout == "The database is at revision 0001.\n"


def test_an_unknown_revision_is_refused_with_words(bare_app: Flask):
    result = run_in(bare_app, "db", "upgrade", "nonsense", status=1)

    assert result.stderr.startswith("Error: There is no revision nonsense; there are 0001")


def test_the_doctor_finds_the_database_well(app: Flask):
    assert "ok  The database answers and has the tables of this version." in run_in(app, "doctor").stdout


@pytest.fixture
def newer(app: Flask) -> Iterator[Flask]:
    """An app whose database a newer version has changed."""
    engine = setup_of(app).tools.store.counting
    with engine.begin() as connection:
        connection.execute(text("UPDATE auth_alembic_version SET version_num = '9999'"))
    yield app
    with engine.begin() as connection:  # on PostgreSQL the next test gets the same database
        connection.execute(text("UPDATE auth_alembic_version SET version_num = :head"), {"head": HEAD})


def test_the_doctor_finds_tables_of_another_version(newer: Flask):
    told = run_in(newer, "doctor", status=1).stdout

    assert f"The database is at revision 9999; this version needs {HEAD}." in told
    assert "Fix:  watchword db upgrade" in told


def test_tables_of_a_newer_version_are_left_alone(newer: Flask):
    result = run_in(newer, "db", "upgrade", status=1)

    assert "at revision 9999, which this version doesn't know" in result.stderr
