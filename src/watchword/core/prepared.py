"""Statements of every request and every sign-in, put to the driver itself.

What SQLAlchemy does around a statement that is always the same takes longer than the statement. So each is written once
by SQLAlchemy, sent by the driver on SQLAlchemy's own connection and in its transaction, and SQLAlchemy's types make
values of what comes. It goes the usual way wherever that could make a difference: in a host's session, which shows its
own open change; where somebody listens to SQLAlchemy's events (tracing, our own counts of statements) or reads its log;
where only SQLAlchemy knows the tables' names; and when a connection is gone, so that SQLAlchemy finds out and drops it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from watchword.core.db import ALONE, moves_tables

if TYPE_CHECKING:
    from watchword.core.store import Reader

Rows = Sequence[Sequence[Any]]
_Processors = tuple[tuple[int, Callable[[Any], Any]], ...]
_HEARD = ("before_execute", "after_execute", "before_cursor_execute", "after_cursor_execute")
_DONE_BY_OTHERS = ("do_execute", "do_execute_no_params")
_CONNECTION, _DRIVER = "watchword_connection", "watchword_driver"


class Prepared:
    """*statement* never changes, nor do the names of what it is filled with: its parameters, or an INSERT's columns."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self._words: dict[tuple[str, str], Words] = {}

    def first(self, place: Reader | Session, **values: Any) -> Sequence[Any] | None:
        """The first row, its values in the order of the statement's columns; None when there is none."""
        found = self._asked_straight(place, values)
        if found is None:
            return place.execute(self.statement, values).first()
        return found[0] if found else None

    def all(self, place: Reader | Session, **values: Any) -> Rows:
        """All rows, each like that of `first`."""
        found = self._asked_straight(place, values)
        return place.execute(self.statement, values).all() if found is None else found

    def run(self, place: Reader | Session, **values: Any) -> None:
        """For a change that returns nothing."""
        if self._asked_straight(place, values) is None:
            place.execute(self.statement, values)

    def _asked_straight(self, place: Reader | Session, values: Mapping[str, Any]) -> Rows | None:
        connection = _straight(place)
        return None if connection is None else _driver_of(connection).ask(self, values)

    def words_for(self, driver: ByDriver, names: Collection[str]) -> Words:
        """The statement in the words of *driver*, written once: to be filled with *names*.

        What makes values of its rows is that of the first engine that asked: none of our types differs by more.
        """
        spoken = (driver.dialect.name, driver.paramstyle)
        if spoken not in self._words:
            self._words[spoken] = _write(self.statement, driver, names=names)
        return self._words[spoken]


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A statement in the words of one driver: what is filled in, in which order, and what makes values of a row."""

    text: str
    is_packed: bool
    names: frozenset[str]
    order: tuple[str, ...]
    constants: Mapping[str, Any]
    into: _Processors
    out: _Processors

    def filled(self, values: Mapping[str, Any]) -> list[Any]:
        """*values* in the order of the statement. ValueError where one is missing or has no place."""
        given = {**self.constants, **values} if self.constants else values
        if given.keys() != self.names:
            raise ValueError(f"this statement is filled with {sorted(self.names)}, not with {sorted(given)}")
        return _processed([given[name] for name in self.order], self.into)

    def read(self, rows: Rows) -> Rows:
        return [_processed(list(row), self.out) for row in rows] if self.out else rows


class ByDriver:
    """How statements are asked on one connection of a driver. Kept beside that, whichever engine hands it out."""

    paramstyle = ""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.connection: Any = connection.connection.driver_connection
        self._words: dict[Prepared, Words] = {}

    def ask(self, prepared: Prepared, values: Mapping[str, Any]) -> Rows | None:
        """All rows; None where it goes the usual way."""
        words = self._words.get(prepared)
        if words is None:
            words = self._words[prepared] = prepared.words_for(self, values)
        filled = words.filled(values)
        error_of_driver = self.dialect.loaded_dbapi.Error
        try:
            return words.read(self.send(words, filled))
        except error_of_driver as error:
            if self.asks_again(error):
                return None
            raise DBAPIError.instance(words.text, filled, error, error_of_driver, hide_parameters=True) from error

    def asks_again(self, error: Exception) -> bool:
        """Whether SQLAlchemy is to find out what broke: when the connection is gone, or somebody listens to faults. To
        ask again after any other would double each wait for a lock.
        """
        is_gone = self.dialect.is_disconnect(error, self.connection, None)  # type: ignore[arg-type]
        return is_gone or bool(self.dialect.dispatch.handle_error)

    def send(self, words: Words, values: list[Any]) -> Rows:
        """All rows. Raises the driver's own errors."""
        raise NotImplementedError

    def packed(self, statement: Any) -> Select[Any] | None:
        """*statement* with all its columns in one, where that is how this driver asks for them."""
        del statement
        return None


class _BySqlalchemy(ByDriver):
    """Of drivers that we don't know."""

    def ask(self, prepared: Prepared, values: Mapping[str, Any]) -> Rows | None:
        del prepared, values
        return None


def keep_connection(session: Session, connection: Connection) -> None:
    """*session*, which is ours alone, is asked straight through *connection* as long as its transaction lasts."""
    session.info[_CONNECTION] = connection


def _straight(place: Reader | Session) -> Connection | None:
    """The connection to ask without SQLAlchemy in between; None where that could make a difference."""
    connection = _alone(place) if isinstance(place, Connection) else _of_our_session(place)
    if connection is None or _is_heard(connection) or moves_tables(connection):
        return None
    return connection


def _alone(connection: Connection) -> Connection | None:
    """Where no transaction is open, a statement would stand without a commit, unless that is what is wanted there."""
    options = connection.get_execution_options()
    is_alone = ALONE in options or options.get("isolation_level") == "AUTOCOMMIT"
    return connection if is_alone or connection.in_transaction() else None


def _of_our_session(place: Reader | Session) -> Connection | None:
    if not isinstance(place, Session):
        return None
    connection: Connection | None = place.info.get(_CONNECTION)
    if connection is None or not connection.in_transaction() or place.in_nested_transaction():
        return None  # a savepoint is only set when the session itself is asked for the first time
    if place.new or place.dirty or place.deleted:
        return None  # what waits to be flushed comes first
    if place.dispatch.do_orm_execute:
        return None  # somebody wants to hear of what sessions execute
    return connection


def _is_heard(connection: Connection) -> bool:
    """What SQLAlchemy itself asks before it tells anybody of a statement: there is no public question."""
    engine = connection.engine
    if connection._echo:  # noqa: SLF001
        return True
    if not (connection._has_events or engine._has_events):  # noqa: SLF001
        return False
    return any(getattr(told.dispatch, name) for told in (connection, engine) for name in _HEARD)


def _driver_of(connection: Connection) -> ByDriver:
    kept = connection.info
    found: ByDriver | None = kept.get(_DRIVER)
    if found is None:
        found = kept[_DRIVER] = _kind_for(connection)(connection)
    return found


def _kind_for(connection: Connection) -> type[ByDriver]:
    """Asked once for each connection: also whether somebody has taken the driver's own work upon them."""
    dialect = connection.dialect
    if any(getattr(dialect.dispatch, name) for name in _DONE_BY_OTHERS):
        return _BySqlalchemy
    if dialect.driver == "pysqlite":
        from watchword.core.prepared_sqlite import BySqlite  # noqa: PLC0415 - knows this module

        return BySqlite
    if dialect.driver == "psycopg" and not dialect.is_async:
        from watchword.core import prepared_psycopg  # noqa: PLC0415 - an extra of ours

        return prepared_psycopg.kind_for(connection)
    return _BySqlalchemy


def _write(statement: Any, driver: ByDriver, *, names: Collection[str]) -> Words:
    dialect, packed = driver.dialect, driver.packed(statement)
    spoken: Dialect = type(dialect)(paramstyle=driver.paramstyle)  # type: ignore[call-arg]
    made: Any = (statement if packed is None else packed).compile(dialect=spoken, column_keys=list(names))
    order = tuple(made.positiontup)
    _refuse_what_changes(made, names)
    kinds = [made.binds[name].type for name in order]
    columns = getattr(statement, "exported_columns", ())
    return Words(
        text=made.string,
        is_packed=packed is not None,
        names=frozenset(order),
        order=order,
        constants={name: value for name, value in made.params.items() if name not in names},
        into=_those(kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds),
        out=_those(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
    )


def _refuse_what_changes(made: Any, names: Collection[str]) -> None:
    """What SQLAlchemy would make anew at each use can't be written once."""
    if made.insert_prefetch or made.update_prefetch or made.post_compile_params or made.literal_execute_params:
        raise ValueError("this statement can't be prepared: a default or a list in it is made at each use")
    missing = [name for name, bound in made.binds.items() if bound.required and name not in names]
    if missing:
        raise ValueError(f"this statement is filled with {sorted(missing)}, too")


def _those(processors: Iterable[Callable[[Any], Any] | None]) -> _Processors:
    return tuple((place, process) for place, process in enumerate(processors) if process is not None)


def _processed(values: list[Any], processors: _Processors) -> list[Any]:
    for place, process in processors:
        values[place] = process(values[place])
    return values
