"""The doctor's checks of the database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from watchword.commands.database import place
from watchword.commands.examined import Examined
from watchword.commands.group import says
from watchword.core.doctor import Finding
from watchword.core.problems import CLOCK_WRONG, DATABASE_NOT_READY
from watchword.migrations import HEAD, current

OLDEST_SQLITE = (3, 35, 0)  # the first with RETURNING
FURTHEST_APART = timedelta(minutes=1)


def database(examined: Examined) -> Iterator[Finding]:
    """It can be reached, and its tables are those of this version."""
    try:
        engine = examined.engine()
    except (ValueError, ModuleNotFoundError) as error:
        lacking = isinstance(error, ModuleNotFoundError)
        fix = 'pip install "watchword[postgres]"' if lacking else "Correct DATABASE_URL."
        yield _not_ready(f"The database can't be opened: {error}.", fix)
        return
    if engine is None:
        return
    path = _file_of(engine)
    if path is not None and not path.exists():  # looking would make it, empty
        yield _no_file(path, examined.command)
        return
    try:
        yield from _tables(current(engine), examined.command)
        yield from _clock(engine)
    except (DBAPIError, PoolTimeout) as error:
        told = says(error) if isinstance(error, DBAPIError) else "All connections are in use."
        yield _not_ready(f"The database can't be used. {told}", "Start the database, or correct DATABASE_URL.")
    finally:
        if examined.setup is None:
            engine.dispose()


def sqlite_library(examined: Examined) -> Iterator[Finding]:
    """SQLite is new enough, where it is used."""
    engine = _opened(examined)
    if engine is None or engine.dialect.name != "sqlite":
        return
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE[:2]))
        yield _not_ready(f"SQLite {sqlite3.sqlite_version} is too old.", f"Use a Python built with SQLite {wanted}.")
    path = _file_of(engine)
    # SQLite writes its journal beside the file: the folder must let us, too.
    if path is not None and path.exists() and not all(os.access(one, os.W_OK) for one in (path, path.parent)):
        yield _not_ready(
            "The database file can't be written.", f"chown it and its folder to the user that runs us: {path}"
        )


def _opened(examined: Examined) -> Engine | None:
    try:
        return examined.engine()
    except (ValueError, ModuleNotFoundError):
        return None


def _tables(found: str | None, command: str) -> Iterator[Finding]:
    if found != HEAD:
        what = f"The database is {place(found)}; this version needs {HEAD}."
        yield _not_ready(what, f"{command} db upgrade")


def _clock(engine: Engine) -> Iterator[Finding]:
    """A server of its own has a clock of its own."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        theirs = connection.execute(select(func.now())).scalar_one()
    apart = abs(theirs - datetime.now(UTC))
    if apart > FURTHEST_APART:
        yield Finding(
            code=CLOCK_WRONG,
            level="warning",
            what=f"The clocks of this machine and of the database are {int(apart.total_seconds())} seconds apart.",
            why="Links, codes and sessions end by the clock; a wrong one ends them too early or too late.",
            fix="timedatectl set-ntp true",
            seen=f"the database says {theirs.isoformat(timespec='seconds')}",
        )


def _file_of(engine: Engine) -> Path | None:
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return None if name in {None, "", ":memory:"} or str(name).startswith("file:") else Path(str(name))


def _no_file(path: Path, command: str) -> Finding:
    if path.parent.is_dir():
        return _not_ready("The database file isn't there yet.", f"{command} db upgrade")
    return _not_ready("The folder of the database file isn't there.", f"mkdir -p {path.parent}")


def _not_ready(what: str, fix: str) -> Finding:
    return Finding(
        code=DATABASE_NOT_READY,
        setting="DATABASE_URL",
        what=what,
        why="Without its tables nobody can sign in.",
        fix=fix,
        seen="DATABASE_URL = a value that is not shown",
    )
