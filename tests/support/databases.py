"""A fresh, migrated database for every test: a copied file on SQLite, an emptied database on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.postgres import PostgresServer
from watchword.core.db import make_engines
from watchword.migrations import upgrade
from watchword.tables import metadata

_numbers = count()
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid != pg_backend_pid()"
)


def migrate(url: str) -> None:
    engines = make_engines(url)
    upgrade(engines.write)
    engines.dispose()


class SqliteFiles:
    """Each test gets a copy of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        migrate(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        path = self._folder / f"test-{next(_numbers)}.db"
        shutil.copyfile(self._template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for left in self._folder.glob(f"{path.name}*"):
                left.unlink(missing_ok=True)


class PostgresDatabases:
    """One migrated database for each worker, emptied after each test: five times quicker than a new one each time."""

    def __init__(self, server: PostgresServer, worker: str) -> None:
        self._url = server.url(f"tests_{worker}")
        server.create(f"tests_{worker}")
        migrate(self._url)
        self._tables = ", ".join(table.name for table in metadata.sorted_tables)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        try:
            yield self._url
        finally:  # after a test that failed, too: what it left would fail the next one
            self._empty()

    def _empty(self) -> None:
        engine = create_engine(self._url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(_END_OTHERS))  # a killed process may still hold locks
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # past the audit log's guard
            connection.execute(text(f"TRUNCATE {self._tables} RESTART IDENTITY"))
        engine.dispose()
