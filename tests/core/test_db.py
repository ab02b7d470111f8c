"""Engines that Watchword makes itself."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, StatementError

from watchword.core.db import make_engines


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engines(request, tmp_path):
    urls = {"memory": "sqlite://", "sqlite": f"sqlite:///{tmp_path / 'watchword.db'}"}
    if request.param in urls:
        made = make_engines(urls[request.param])
        yield made
        made.dispose()
        return
    with request.getfixturevalue("postgres_databases").fresh() as url:
        made = make_engines(url)
        yield made
        made.dispose()


@pytest.mark.parametrize("name", ["read", "write"])
def test_what_failed_is_told_without_its_values(engines, name):
    with getattr(engines, name).connect() as connection, pytest.raises(StatementError) as failed:
        connection.execute(text("SELECT * FROM nowhere WHERE email = :email"), {"email": "anna@example.com"})

    assert "nowhere" in str(failed.value)
    assert "anna@example.com" not in str(failed.value)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are of POSIX")
def test_a_database_that_sqlite_makes_is_read_by_us_alone(tmp_path):
    """Also in a folder that others may enter, and with what SQLite puts beside the file."""
    tmp_path.chmod(0o755)
    engines = make_engines(f"sqlite:///{tmp_path / 'watchword.db'}")
    with engines.write.begin() as connection:
        connection.execute(text("CREATE TABLE people (email TEXT)"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    engines.dispose()

    assert modes == dict.fromkeys(["watchword.db", "watchword.db-wal", "watchword.db-shm"], 0o600)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are of POSIX")
def test_the_mode_that_an_operator_gave_a_database_stays(tmp_path):
    file = tmp_path / "watchword.db"
    file.touch(0o640)
    engines = make_engines(f"sqlite:///{file}")
    with engines.write.begin() as connection:
        connection.execute(text("CREATE TABLE people (email TEXT)"))
    engines.dispose()

    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_however_many_threads_keep_a_connection_to_look_through_one_more_finds_one(tmp_path):
    engines = make_engines(f"sqlite:///{tmp_path / 'watchword.db'}")
    with ExitStack() as kept:
        opened = [kept.enter_context(engines.read.connect()) for _ in range(80)]

    assert len(opened) == 80
    engines.dispose()


def test_a_database_that_can_not_be_made_is_told_by_sqlite(tmp_path):
    engines = make_engines(f"sqlite:///{tmp_path / 'nowhere' / 'watchword.db'}")

    with pytest.raises(OperationalError, match="unable to open database file"):
        engines.read.connect()
