"""Prepared statements of PostgreSQL, by psycopg's own layer over libpq: one trip each, and nearly nothing around it."""

from __future__ import annotations

import sys
from itertools import count
from typing import Any

from psycopg import Error
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection

from watchword.core.db import OURS
from watchword.core.prepared import ByDriver, Rows, Words

_PREPARED_NO_MORE = ("26000", "0A000")
"""PostgreSQL's invalid_sql_statement_name, and feature_not_supported: a cached plan whose result has changed."""


def kind_for(connection: Connection) -> type[ByDriver]:
    """By libpq where psycopg prepares nothing itself, for after a rollback it drops all that is prepared, ours too; and
    where waiting stops one thread alone, not all greenlets. A host's connections are asked as psycopg would.
    """
    is_ours = connection.get_execution_options().get(OURS, False)
    return ByLibpq if is_ours and "gevent.monkey" not in sys.modules else ByCursor


class ByCursor(ByDriver):
    """psycopg prepares what it is asked often, if it may."""

    paramstyle = "format"

    def asks_again(self, error: Exception) -> bool:
        """In a transaction that failed nothing can be asked again."""
        has_failed = self.connection.pgconn.transaction_status == TransactionStatus.INERROR
        return not has_failed and bool(super().asks_again(error))

    def send(self, words: Words, values: list[Any]) -> Rows:
        with self.connection.execute(words.text, values) as cursor:
            found: Rows = () if cursor.rownumber is None else cursor.fetchall()
            return found


class ByLibpq(ByCursor):
    """What is prepared stays so on its connection, under names of our own."""

    paramstyle = "numeric_dollar"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._pgconn = self.connection.pgconn
        self._prepared: dict[Words, bytes] = {}
        self._numbers = count(1)
        self._adapters = Transformer(self.connection)

    def asks_again(self, error: Exception) -> bool:
        """What was prepared may be gone, or its tables have changed: then it is prepared anew."""
        if isinstance(error, Error) and error.sqlstate in _PREPARED_NO_MORE:
            self._prepared.clear()
            return bool(self.connection.autocommit)
        return super().asks_again(error)

    def send(self, words: Words, values: list[Any]) -> Rows:
        with self.connection.lock:  # psycopg's own: two threads on one connection would read each other's answers
            return self._sent(words, values)

    def _sent(self, words: Words, values: list[Any]) -> Rows:
        sent = self._adapters.dump_sequence(values, [PyFormat.TEXT] * len(values))
        if not self.connection.autocommit and self._pgconn.transaction_status == TransactionStatus.IDLE:
            self._right(self._pgconn.exec_(b"BEGIN"))
        result = self._right(self._pgconn.exec_prepared(self._name_of(words), sent, None, Format.BINARY))
        self._adapters.set_pgresult(result)
        return self._adapters.load_rows(0, result.ntuples, tuple)

    def _name_of(self, words: Words) -> bytes:
        name = self._prepared.get(words)
        if name is None:
            name = b"watchword_%d" % next(self._numbers)
            self._right(self._pgconn.prepare(name, words.text.encode()))
            self._prepared[words] = name
        return name

    def _right(self, result: PGresult) -> PGresult:
        if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
            raise error_from_result(result, encoding=self.connection.info.encoding)
        return result
