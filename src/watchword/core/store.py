"""Where rows live: engines that we open sessions on. The session of a host has a file of its own: `host_store`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from watchword.core.prepared import keep_connection
from watchword.core.readers import Readers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Executable, Result

    from watchword.core.db import Engines


Ended = Callable[[bool], None]
"""Told once when the transaction is over, and whether it was committed."""


class Reader(Protocol):
    """What looking needs: a Core connection has it, and so has an ORM session."""

    def execute(self, statement: Executable, parameters: Any = None, /) -> Result[Any]: ...

    def scalar(self, statement: Executable, parameters: Any = None, /) -> Any: ...


class Store(Protocol):
    """Opens what a scope reads and writes through."""

    @property
    def counting(self) -> Engine:
        """For short transactions of their own."""

    def at_once(self) -> AbstractContextManager[Connection]:
        """For one statement alone: it stands when it is done, whatever becomes of the rest. No write is open."""

    def open_reader(self) -> Reader:
        """To look through now: asked for at each look, for what wants another connection may end it between two."""

    def close_reader(self) -> None:
        """Nothing more is looked at in this scope."""

    def open_session(self, ended: Ended) -> Session:
        """The session to write through. Where others may end its transaction, *ended* is told of it."""

    def close_session(self, session: Session) -> None: ...
    def holds_a_write(self) -> bool:
        """Whether something outside our scopes holds a write open in this session."""

    def let_go(self) -> None:
        """End what merely looks and would stand in the way of another connection. Called when no write is open."""

    def record(self, reader: Reader, model: type[Any], key: int) -> Any:
        """The row with this primary key, looked up through *reader*, or None."""

    def dispose(self) -> None: ...


class OwnStore:
    """A database that Watchword opened itself."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self._readers = Readers(engines.read)

    @property
    def counting(self) -> Engine:
        return self.engines.write

    def at_once(self) -> AbstractContextManager[Connection]:
        """What this thread reads through has no transactions, so each statement is one."""
        return nullcontext(self._readers.mine())

    def open_reader(self) -> Reader:
        return self._readers.mine()

    def close_reader(self) -> None:
        """It stays open for this thread's next request."""

    def open_session(self, _ended: Ended) -> Session:
        """A session whose transaction is open at once: on SQLite it holds the write lock from here on."""
        session = Session(self.engines.write, expire_on_commit=False)
        try:
            keep_connection(session, session.connection())
        except BaseException:
            session.close()
            raise
        return session

    def close_session(self, session: Session) -> None:
        session.close()

    def holds_a_write(self) -> bool:
        return False

    def let_go(self) -> None:
        """Nothing stays open that only looks: reading is in AUTOCOMMIT."""

    def record(self, reader: Reader, model: type[Any], key: int) -> Any:
        """The row, detached: there is no session that lives as long as a request."""
        connection = reader.connection() if isinstance(reader, Session) else cast("Connection", reader)
        with Session(connection) as session:
            return session.get(model, key)

    def dispose(self) -> None:
        self._readers.end()
        self.engines.dispose()


class GuestStore(OwnStore):
    """A host's engine: its pool and its database, with sessions of our own.

    Its pool may be smaller than the number of its threads. So no thread keeps a connection beyond its request, and none
    waits for one while it holds another: of many that do, each waits for all others.
    """

    def __init__(self, engines: Engines) -> None:
        super().__init__(engines)
        self._has_one_for_all = isinstance(engines.read.pool, StaticPool)

    @property
    def counting(self) -> Engine:
        self.let_go()
        return self.engines.write

    def at_once(self) -> AbstractContextManager[Connection]:
        """The one connection of a host's SQLite in memory isn't ours to put into AUTOCOMMIT: it is committed."""
        return self.counting.begin()

    def close_reader(self) -> None:
        self.let_go()

    def open_session(self, ended: Ended) -> Session:
        self.let_go()
        return super().open_session(ended)

    def let_go(self) -> None:
        """The one connection of a host's SQLite in memory is never waited for, and closing it undoes a host's work."""
        if not self._has_one_for_all:
            self._readers.give_back()

    def dispose(self) -> None:
        """The engine is the host's to dispose."""
        self._readers.forget()
