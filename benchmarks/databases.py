"""Databases of a wanted size: seeded when first asked for, gone at the end."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.people import fill
from tests.support.databases import migrate
from tests.support.postgres import PostgresServer

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
_SETTINGS = ("shared_buffers=1GB",)
"""A million users don't fit into PostgreSQL's default of 128 MB, and nobody who has them leaves it at that."""


class Databases:
    """`url("SQLite", 10_000)`. *kinds* are those that are here."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self._folder = folder
        self._server = server
        self._made: dict[tuple[str, int], str] = {}
        self.kinds = (SQLITE, POSTGRES) if server else (SQLITE,)

    def url(self, kind: str, size: int) -> str:
        if (kind, size) not in self._made:
            self._made[kind, size] = self._make(kind, size)
        return self._made[kind, size]

    def _make(self, kind: str, size: int) -> str:
        started = time.perf_counter()
        url = self._empty(kind, f"people_{size}")
        migrate(url)
        fill(url, size)
        print(f"  ({kind} with {size:,} users, seeded in {time.perf_counter() - started:.0f} s)", flush=True)
        return url

    def _empty(self, kind: str, name: str) -> str:
        if kind == SQLITE:
            return f"sqlite:///{self._folder / name}.db"
        assert self._server is not None, "kinds names what is here"
        self._server.create(name)
        return self._server.url(name)


@contextmanager
def opened() -> Iterator[Databases]:
    """Says so, and goes on without it, where PostgreSQL isn't here."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="watchword-bench-")))
        server = None
        try:
            server = PostgresServer.start(settings=_SETTINGS)
            stack.callback(server.stop)
        except (LookupError, ImportError) as reason:
            print(f"Measured on SQLite alone. {reason}", flush=True)
        yield Databases(folder, server)
