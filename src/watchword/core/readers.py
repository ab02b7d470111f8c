"""One open connection for each thread, to look through: checking one out for each request cost a third of a read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Readers:
    """*engine* runs in AUTOCOMMIT, so an open connection holds nothing but itself.

    When the database was away, the first thread that notices drops them all: one request fails, not one of each thread.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._here = threading.local()
        self._generation = object()
        event.listen(engine, "invalidate", self._drop_all)

    def mine(self) -> Connection:
        """The connection of this thread."""
        kept: _Kept | None = getattr(self._here, "kept", None)
        if kept is None or kept.generation is not self._generation:
            kept = self._here.kept = _Kept(self._engine.connect(), self._generation)
        return kept.connection

    def forget(self) -> None:
        """Each thread opens a new one at its next look."""
        self._here = threading.local()

    def _drop_all(self, *_pool_event: object) -> None:
        """Each is closed by its own thread, which may be in the middle of something."""
        self._generation = object()


class _Kept:
    """Gives its connection back when its thread ends, however it ends."""

    def __init__(self, connection: Connection, generation: object) -> None:
        self.connection = connection
        self.generation = generation

    def __del__(self) -> None:
        self.connection.close()
