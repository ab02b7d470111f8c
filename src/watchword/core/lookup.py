"""A statement that is asked at every request, put to the driver itself.

What SQLAlchemy does around a read of one row takes three times as long as the read. So the statement is written once
by SQLAlchemy, sent by the driver on SQLAlchemy's own connection, and SQLAlchemy's types make values of what comes. It
goes the usual way wherever that could make a difference: in a host's session, which shows its own open change; where
somebody listens to SQLAlchemy's events (tracing, our own counts of statements); and after any fault of the driver, so
that SQLAlchemy finds out what broke, drops the connection and raises its own error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect

if TYPE_CHECKING:
    from sqlalchemy import Select

    from watchword.core.store import Reader


@dataclass(frozen=True, slots=True)
class _DriverStatement:
    """A statement in the words of one driver, and what makes values of its columns."""

    text: str
    positional: bool
    values: tuple[tuple[int, Callable[[Any], Any]], ...]


class Lookup:
    """At most one row by the one parameter of *statement*, called `key`: a text or a number."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._by_driver: dict[tuple[str, str, str], _DriverStatement] = {}

    def first(self, reader: Reader, key: str | int) -> Sequence[Any] | None:
        """The values of the first row in the order of the statement's columns; None when there is none."""
        if isinstance(reader, Connection) and not _is_listened_to(reader):
            try:
                return self._asked(reader, key)
            except reader.dialect.loaded_dbapi.Error:
                pass  # the same again, by whoever knows what to do about it
        return reader.execute(self.statement, {"key": key}).first()

    def _asked(self, connection: Connection, key: str | int) -> Sequence[Any] | None:
        written = self._written_for(connection.dialect)
        driver: Any = connection.connection.driver_connection
        cursor = driver.execute(written.text, (key,) if written.positional else {"key": key})
        row: tuple[Any, ...] | None = cursor.fetchone()
        cursor.close()
        if row is None or not written.values:
            return row
        values = list(row)
        for place, value_of in written.values:
            values[place] = value_of(values[place])
        return values

    def _written_for(self, dialect: Dialect) -> _DriverStatement:
        name = (dialect.name, dialect.driver, dialect.paramstyle)
        found = self._by_driver.get(name)
        if found is None:
            found = self._by_driver[name] = self._write(dialect)
        return found

    def _write(self, dialect: Dialect) -> _DriverStatement:
        compiled: Any = self.statement.compile(dialect=dialect)
        if list(compiled.params) != ["key"]:
            raise ValueError(f"a lookup has one parameter, called key: {compiled.params}")
        types = (column.type.dialect_impl(dialect) for column in self.statement.selected_columns)
        made = ((place, each.result_processor(dialect, None)) for place, each in enumerate(types))
        return _DriverStatement(
            compiled.string, compiled.positional, tuple((place, by) for place, by in made if by is not None)
        )


def _is_listened_to(connection: Connection) -> bool:
    """What SQLAlchemy itself asks before it tells anybody of a statement."""
    return connection._has_events or connection.engine._has_events  # noqa: SLF001 - there is no public question
