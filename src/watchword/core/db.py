"""Tables, times and engines. SQLite and PostgreSQL only: `RETURNING` and `ON CONFLICT` are assumed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

BUSY_SECONDS = 10
DATABASE_AWAY = (OperationalError, PoolTimeout)
"""What is raised when the database is away, or gives no connection: no fault of what was asked."""

_POOL: dict[str, Any] = {"pool_size": 16, "max_overflow": 48, "pool_timeout": 10}
_QUIET: dict[str, Any] = {"hide_parameters": True}  # whatever is logged of a failure: no address, no password's hash
ALONE = "watchword_alone"
"""Marks connections on which each statement is a transaction by itself."""

OURS = "watchword_prepares"
"""Marks connections on which psycopg prepares nothing, so that we may: see `prepared_psycopg`."""

_READING: dict[str, Any] = {  # a read leaves nothing open, so nothing is to be ended: no trips besides the statement
    "isolation_level": "AUTOCOMMIT",
    "pool_reset_on_return": None,
    "skip_autocommit_rollback": True,
    **_POOL,
    "max_overflow": -1,  # each thread keeps one, so one more thread would find none: the server says how many there are
}
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Our own models on our own MetaData: a host's migrations never see our tables."""

    metadata = MetaData(naming_convention=_NAMES)


def table_of(model: type[Base]) -> Table:
    """The plain table: a statement about it, made once and filled at each use, spares the ORM's own work."""
    return cast("Table", model.__table__)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on both databases. A naive time is a programmer's mistake."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """PostgreSQL's driver gives aware times by itself."""
        del coltype
        return _from_sqlite if dialect.name == "sqlite" else None


def _from_sqlite(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


@dataclass(frozen=True, slots=True)
class Engines:
    """*read* runs in AUTOCOMMIT, so that looking leaves nothing open; *write* opens real transactions."""

    read: Engine
    write: Engine

    def dispose(self) -> None:
        self.read.dispose()
        self.write.dispose()


class NotADatabase(ValueError):
    """An address that leads to no database of ours. Its words repeat nothing that may be a password."""


def make_engines(url: str | URL) -> Engines:
    """The engines of a database that Watchword opens itself; a host's own engine is left as it is."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    if address.get_backend_name() != "postgresql":
        raise NotADatabase(f"Watchword runs on SQLite and PostgreSQL, not on {address.get_backend_name()}")
    is_psycopg = address.get_driver_name() == "psycopg"
    connecting: dict[str, Any] = {"prepare_threshold": None} if is_psycopg else {}
    read = create_engine(address, **_QUIET, **_READING, connect_args=connecting)
    write = create_engine(address, **_QUIET, **_POOL, connect_args=connecting)
    return Engines(
        read=read.execution_options(**{ALONE: True, OURS: is_psycopg}),
        write=write.execution_options(**{OURS: is_psycopg}),
    )


def guest_engines(engine: Engine) -> Engines:
    """Ours on a host's *engine*: it keeps its own settings, and only our own connections take the write lock early."""
    if engine.dialect.name != "sqlite":
        return Engines(read=engine.execution_options(isolation_level="AUTOCOMMIT"), write=read_committed(engine))
    write = engine.execution_options(watchword="write")

    @event.listens_for(write, "begin")
    def take_the_write_lock(connection: Connection) -> None:
        if not getattr(connection.connection, "in_transaction", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    # The driver commits when AUTOCOMMIT is switched on: on a single shared connection that would be a host's write.
    shared = isinstance(engine.pool, StaticPool)
    return Engines(read=engine if shared else engine.execution_options(isolation_level="AUTOCOMMIT"), write=write)


def read_committed(engine: Engine) -> Engine:
    """A host's *engine*, whatever it isolates by itself: our transactions wait for each other's rows.

    On PostgreSQL a stricter one is refused where it meets another, and AUTOCOMMIT keeps what we take back.
    """
    return engine.execution_options(isolation_level="READ COMMITTED") if engine.dialect.name == "postgresql" else engine


def insert_into(place: Session | Connection, table: type[Base]) -> PostgresqlInsert | SqliteInsert:
    """An INSERT that may say what becomes of a conflict, in the words of the database behind *place*."""
    return insert_in(dialect_of(place), table)


def insert_in(dialect: str, table: type[Base] | Table) -> PostgresqlInsert | SqliteInsert:
    """The same for a statement that is made once for each *dialect*. Loads what belongs to this one alone."""
    made: PostgresqlInsert | SqliteInsert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return made


def dialect_of(place: Session | Connection) -> str:
    """`postgresql` or `sqlite`: the database behind *place*."""
    return place.dialect.name if isinstance(place, Connection) else place.get_bind().dialect.name


def moves_tables(place: Connection) -> bool:
    """Whether a host's engine says in which schema our tables are: only SQLAlchemy itself then writes their names."""
    return bool(place.get_execution_options().get("schema_translate_map"))


def _address(url: str | URL) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise NotADatabase("it can't be read as an address") from None
    if isinstance(url, str) and _ends_a_password_early(url, address):
        raise NotADatabase("an @ in a password is written as %40, else what follows it is looked up as a host")
    return address


def _ends_a_password_early(text: str, address: URL) -> bool:
    """Whether another @ follows the one that was read as its end, wherever: a `/` or `?` between them ends the host."""
    spare = 1 + (address.username or "").count("@")
    return address.get_backend_name() == "postgresql" and text.count("@") > spare


def _sqlite(address: URL) -> Engines:
    if address.database in {None, "", ":memory:"}:
        engine = create_engine(address, **_QUIET, poolclass=StaticPool, connect_args={"check_same_thread": False})
        _prepare_sqlite(engine, begin=True)
        return Engines(read=engine.execution_options(isolation_level="AUTOCOMMIT"), write=engine)
    read = create_engine(address, **_QUIET, **_READING)
    write = create_engine(address, **_QUIET, **_POOL)
    _prepare_sqlite(read, begin=False)
    _prepare_sqlite(write, begin=True)
    return Engines(read=read.execution_options(**{ALONE: True}), write=write)


def _prepare_sqlite(engine: Engine, *, begin: bool) -> None:
    event.listen(engine, "do_connect", _keep_to_ourselves)
    event.listen(engine, "connect", _set_up_sqlite)
    if begin:
        event.listen(engine, "begin", _take_the_write_lock)


def _keep_to_ourselves(*told: Any) -> None:  # the dialect, the pool's record, and with what the driver is called
    _make_private(told[2][0])


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions behind our back
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _take_the_write_lock(connection: Connection) -> None:
    """A plain BEGIN that turns from reading to writing fails at once with "database is locked", whatever the busy
    timeout: taking the write lock first waits its turn instead.
    """
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_private(file: str) -> None:
    """Make *file* for our own eyes, when there is none yet: SQLite would let everybody on the machine read addresses
    and hashes. What it puts beside the file takes the same mode.
    """
    if file != ":memory:" and not file.startswith("file:"):
        with suppress(OSError):  # it is there, or can't be made: SQLite then says why
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
