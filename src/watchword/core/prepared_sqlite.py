"""Statements of SQLite, by Python's own driver."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any

from sqlalchemy import Select, func

from watchword.core.prepared import ByDriver, Rows, Words

_WORTH_PACKING = 4
_JSON_IN_ALL = (3, 38)
"""From this SQLite on, JSON is no option of who compiles it."""
_unpacked = JSONDecoder().raw_decode


class BySqlite(ByDriver):
    """A row of many columns comes as one value, a list in JSON.

    The driver lets go of the interpreter for each column, and each time wakes a thread that waits for it, for nothing:
    with sixteen of them in a server's process that takes longer than the read.
    """

    paramstyle = "qmark"

    def packed(self, statement: Any) -> Select[Any] | None:
        if not isinstance(statement, Select) or self.dialect.loaded_dbapi.sqlite_version_info < _JSON_IN_ALL:
            return None
        columns = statement.selected_columns
        if len(columns) < _WORTH_PACKING:
            return None
        return statement.with_only_columns(func.json_array(*columns), maintain_column_froms=True)

    def send(self, words: Words, values: list[Any]) -> Rows:
        cursor = self.connection.execute(words.text, values)
        found: Rows = cursor.fetchall()
        cursor.close()
        return [_unpacked(text)[0] for (text,) in found] if words.is_packed else found
