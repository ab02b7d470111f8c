"""What reaches the database: which statements, how many, and whether one looks at every row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Executable, event


@dataclass(frozen=True, slots=True)
class Statement:
    """One trip to the database, as the driver got it."""

    sql: str
    parameters: Any = None

    @property
    def verb(self) -> str:
        """SELECT, INSERT, UPDATE, DELETE, BEGIN …; of a WITH that changes something, what it does in the end."""
        first = self.sql.split(maxsplit=1)[0].upper()
        if first != "WITH":
            return first
        changes = re.search(r"^ *(UPDATE|INSERT|DELETE) ", self.sql, re.MULTILINE)
        return changes[1] if changes else "SELECT"


@contextmanager
def statements(*watched: Engine | Connection) -> Iterator[list[Statement]]:
    """Every statement, from any thread, for as long as the block lasts; BEGIN IMMEDIATE is one too.

    `with statements(engines.read, engines.write) as seen:`. SQLAlchemy's own BEGIN, COMMIT and ROLLBACK are not seen.
    Watching an engine watches its `execution_options()` copies.
    """
    seen: list[Statement] = []
    lock = Lock()

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        of_one = parameters[0] if isinstance(parameters, list) and parameters else parameters  # of many, the first
        with lock:
            seen.append(Statement(sql, of_one))

    for each in watched:
        event.listen(each, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for each in watched:
            event.remove(each, "before_cursor_execute", note)


def plan(engine: Engine, statement: Executable | Statement) -> list[str]:
    """The plan, line by line, of a statement of ours or of one that `statements()` saw. Nothing is executed.

    A test's tables are so small that PostgreSQL would scan them all: it is told to use an index wherever it has one.
    """
    with engine.connect() as connection:
        connection.begin()
        connection.detach()  # what we set ends with this connection
        on_sqlite = connection.dialect.name == "sqlite"
        if not on_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        wanted = statement if isinstance(statement, Statement) else _as_sent(connection, statement)
        words = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN (COSTS OFF)"
        return [str(row[-1]) for row in connection.exec_driver_sql(f"{words} {wanted.sql}", wanted.parameters)]


class _Enough(Exception):
    """Stops a statement on the driver's doorstep."""


def _as_sent(connection: Connection, statement: Executable) -> Statement:
    """*statement* as the driver would get it, which it doesn't."""
    seen: list[Statement] = []

    def stop(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        seen.append(Statement(sql, parameters))
        raise _Enough

    event.listen(connection, "before_cursor_execute", stop)
    try:
        connection.execute(statement)
    except _Enough:
        pass
    finally:
        event.remove(connection, "before_cursor_execute", stop)
    return seen[0]


def scans(lines: list[str]) -> list[str]:
    """The lines of a plan that go through a whole table or index. *told* are rows that came with the statement."""
    return [line for number, line in enumerate(lines) if _is_scan(line, lines[number + 1 :])]


def has_scan(lines: list[str]) -> bool:
    return bool(scans(lines))


def _is_scan(line: str, below: list[str]) -> bool:
    if re.match(r"SCAN (?!told$|\d+ CONSTANT|CONSTANT ROW|\()", line) or "Seq Scan on" in line:
        return True
    if not re.search(r"Index (Only )?Scan .*on ", line):
        return False
    # PostgreSQL walks a whole index if it must: then no condition stands among the node's own lines.
    own = []
    for detail in below:
        if "->" in detail or not detail.startswith(" "):
            break
        own.append(detail)
    return not any("Index Cond:" in detail for detail in own)
