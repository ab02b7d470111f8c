"""One open connection for each thread, to look through: checking one out for each request cost a third of a read."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Readers:
    """*engine* runs in AUTOCOMMIT, so an open connection holds nothing but itself.

    When the database was away, the first thread that notices drops them all: one request fails, not one of each thread.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._here = threading.local()
        self._generation = _Generation()
        self._process = os.getpid()
        event.listen(engine, "invalidate", self._drop_all)

    def mine(self) -> Connection:
        """The connection of this thread."""
        if os.getpid() != self._process:
            self._leave_to_parent()
        kept: _Kept | None = getattr(self._here, "kept", None)
        if kept is None or kept.generation is not self._generation:
            self._here.kept = kept = None  # closed now: the traceback of a failed try would keep it
            kept = self._here.kept = _Kept(self._engine.connect(), self._generation)
        return kept.connection

    def give_back(self) -> None:
        """This thread looks at nothing for now."""
        self._here.kept = None

    def forget(self) -> None:
        """Each thread closes its own, at its next look or its end: another's is closed in the middle of a look, else,
        and that ends the process.
        """
        self._drop_all()
        self.give_back()

    def end(self) -> None:
        """The pool is about to go: a connection that a thread still holds is closed by it, not given back to nobody."""
        self._generation.is_over = True
        self.forget()

    def _leave_to_parent(self) -> None:
        """What was open before the fork is the parent's: two processes on one socket read each other's answers."""
        self._process = os.getpid()
        self._engine.dispose(close=False)
        self._here = threading.local()

    def _drop_all(self, *_pool_event: object) -> None:
        """Each is closed by its own thread, which may be in the middle of something."""
        self._generation = _Generation()


@dataclass(slots=True)
class _Generation:
    is_over: bool = False


class _Kept:
    """Gives its connection back when its thread ends, however it ends; in a forked child it leaves it alone."""

    inherited: ClassVar[list[Connection]] = []
    """The parent's: kept, because collecting a connection would speak on its socket."""

    def __init__(self, connection: Connection, generation: _Generation) -> None:
        self.connection = connection
        self.generation = generation
        self._process = os.getpid()

    def __del__(self) -> None:
        if self._process == os.getpid():
            if self.generation.is_over and not self.connection.invalidated:
                self.connection.detach()
            with suppress(DBAPIError):  # it went away: a thread that ends has nobody to tell
                self.connection.close()
        else:
            self.inherited.append(self.connection)
