"""Where rows live: engines of our own, or the session of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Executable, Result

    from watchword.core.db import Engines


class Reader(Protocol):
    """What looking needs: a Core connection has it, and so has an ORM session."""

    def execute(self, statement: Executable, parameters: Any = None, /) -> Result[Any]: ...

    def scalar(self, statement: Executable, parameters: Any = None, /) -> Any: ...


class Store(Protocol):
    """Opens what a scope reads and writes through."""

    @property
    def counting(self) -> Engine:
        """For short transactions of their own."""

    def open_reader(self) -> Reader: ...
    def close_reader(self, reader: Reader) -> None: ...
    def open_session(self) -> Session: ...
    def close_session(self, session: Session) -> None: ...
    def holds_a_write(self) -> bool:
        """Whether something outside our scopes holds a write open in this session."""

    def dispose(self) -> None: ...


class OwnStore:
    """A database that Watchword opened itself."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines

    @property
    def counting(self) -> Engine:
        return self.engines.write

    def open_reader(self) -> Reader:
        return cast("Reader", self.engines.read.connect())

    def close_reader(self, reader: Reader) -> None:
        cast("Connection", reader).close()

    def open_session(self) -> Session:
        """A session whose transaction is open at once: on SQLite it holds the write lock from here on."""
        session = Session(self.engines.write, expire_on_commit=False)
        try:
            session.connection()
        except BaseException:
            session.close()
            raise
        return session

    def close_session(self, session: Session) -> None:
        session.close()

    def holds_a_write(self) -> bool:
        return False

    def dispose(self) -> None:
        self.engines.dispose()


class HostDatabase(Protocol):
    """Flask-SQLAlchemy 3.1, Flask-SQLAlchemy-Lite, or anything with `.session` and `.engine`."""

    @property
    def session(self) -> Any: ...
    @property
    def engine(self) -> Engine: ...


class HostStore:
    """A host's session: host rows and login rows commit together. Opening and closing it is the host's business."""

    def __init__(self, db: HostDatabase) -> None:
        self._db = db

    @property
    def counting(self) -> Engine:
        return self._db.engine

    def open_reader(self) -> Reader:
        return cast("Reader", self._db.session)

    def close_reader(self, reader: Reader) -> None:
        """The host's extension closes its session at the end of the app context."""

    def open_session(self) -> Session:
        return cast("Session", self._db.session)

    def close_session(self, session: Session) -> None:
        """See `close_reader`."""

    def holds_a_write(self) -> bool:
        session = self._db.session
        return bool(session.new or session.dirty or session.deleted)

    def dispose(self) -> None:
        """The host's engine is the host's to dispose."""
