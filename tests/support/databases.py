"""A fresh, migrated database for every test: a copied file on SQLite, a cloned template on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.support.postgres import PostgresServer
from watchword.core.db import make_engines
from watchword.migrations import upgrade

_numbers = count()


def _migrate(url: str) -> None:
    engines = make_engines(url)
    upgrade(engines.write)
    engines.dispose()


class SqliteFiles:
    """Each test gets a copy of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        _migrate(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        path = self._folder / f"test-{next(_numbers)}.db"
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"
        for left in self._folder.glob(f"{path.name}*"):
            left.unlink(missing_ok=True)


class PostgresDatabases:
    """Each test gets a clone of one migrated database."""

    def __init__(self, server: PostgresServer, worker: str) -> None:
        self._server = server
        self._worker = worker
        self._template = f"template_{worker}"
        server.create(self._template)
        _migrate(server.url(self._template))

    @contextmanager
    def fresh(self) -> Iterator[str]:
        name = f"test_{self._worker}_{next(_numbers)}"
        self._server.create(name, template=self._template)
        yield self._server.url(name)
        self._server.drop(name)
