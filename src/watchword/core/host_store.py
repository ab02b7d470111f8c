"""Rows in a host's session: host and login rows commit together, or roll back together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Engine, Executable, Result, event
from sqlalchemy.orm import Session, SessionTransaction, SessionTransactionOrigin, scoped_session

from watchword.core.db import read_committed
from watchword.core.limits_rows import LimitRow
from watchword.core.store import Ended, Reader

_WROTE = "watchword_wrote"
_KEEPS = "watchword_keeps"
_WAITING = "watchword_waiting"
_COMMITTED = "watchword_committed"
_LOOKS = {"SELECT", "SHOW", "SET", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK"}
_MAY_LOOK = {"WITH", "VALUES", "TABLE", "EXPLAIN"}
_FIRST_WORD = re.compile(r"(?>(?:[\s(]+|--[^\n]*|/\*.*?\*/)*)(\w*)", re.DOTALL)
_KEEPING = re.compile(
    r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b|\bFOR\s+(?:KEY\s+)?SHARE\b|\bSET\s|\bSAVEPOINT\b|set_config|advisory_xact_lock",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|INTO)\b", re.IGNORECASE)


class HostDatabase(Protocol):
    """Flask-SQLAlchemy 3.1, Flask-SQLAlchemy-Lite, or anything with `.session` and `.engine`."""

    @property
    def session(self) -> Any: ...
    @property
    def engine(self) -> Engine: ...


class HostStore:
    """Opening and closing the session is the host's business; so is its transaction, unless we began it."""

    def __init__(self, db: HostDatabase) -> None:
        self._db = db
        self._reader = _HostReader(self)
        self._counting: tuple[Engine, Engine] | None = None

    def watch(self) -> None:
        """From now on note which transactions wrote. Called once, in an app context."""
        event.listen(self._db.engine, "before_cursor_execute", _note_a_write)
        event.listen(self._db.engine, "commit", _forget_the_write)
        event.listen(self._db.engine, "rollback", _forget_the_write)

    @property
    def counting(self) -> Engine:
        """A host's policy may have looked since the last `let_go`, in the middle of a guess."""
        if not (self.session.info.get(_WAITING) or self.holds_a_write()):
            self.let_go()
        engine = self._db.engine
        if self._counting is None or self._counting[0] is not engine:
            self._counting = engine, read_committed(engine)
        return self._counting[1]

    def at_once(self) -> AbstractContextManager[Connection]:
        return self.counting.begin()

    def open_reader(self) -> Reader:
        return self._reader

    def close_reader(self) -> None:
        """The host's extension closes its session at the end of the app context."""

    def open_session(self, ended: Ended) -> Session:
        session = self.session
        if _WAITING not in session.info:
            session.info[_WAITING] = []
            event.listen(session, "after_commit", _note_the_commit)
            event.listen(session, "after_transaction_end", _tell_who_waits)
        session.info[_WAITING].append(ended)
        return session

    def close_session(self, session: Session) -> None:
        """See `close_reader`."""

    def holds_a_write(self) -> bool:
        """What was added, and what was flushed or executed and isn't committed yet."""
        session = self.session
        if not session.in_transaction():
            return False
        if session.new or session.dirty or session.deleted:
            return True
        return bool(_connection(session).info.get(_WROTE))

    def let_go(self) -> None:
        """End a transaction that only looked: many that keep a connection and wait for a second one wait for ever.

        One that the host began itself, or that keeps something until its end (a lock, what was SET), is its own to end.
        On SQLite even that would stand in the way of our count.
        """
        session = self.session
        if session.in_transaction() and (_keeps_nothing(session) or _holds_a_lock(session)):
            _end_a_look(session)

    def record(self, _reader: Reader, model: type[Any], key: int) -> Any:
        """The row in the host's session, for its relationships."""
        session = self.session
        with session.no_autoflush:
            return session.get(model, key)

    def dispose(self) -> None:
        """The host's engine is the host's to dispose."""

    @property
    def session(self) -> Session:
        """The session itself, where the host has a registry of them."""
        found = self._db.session
        return cast("Session", found() if isinstance(found, scoped_session) else found)


class _HostReader:
    """Looks without flushing what the host has pending, and leaves no transaction open that wasn't open before.

    So a half-made row of the host is no error in `current_user`, and `with db.session.begin():` works after it.
    """

    def __init__(self, store: HostStore) -> None:
        self._store = store

    def execute(self, statement: Executable, parameters: Any = None, /) -> Result[Any]:
        with self._looking() as session:
            return session.execute(statement, parameters).freeze()()

    def scalar(self, statement: Executable, parameters: Any = None, /) -> Any:
        with self._looking() as session:
            return session.scalar(statement, parameters)

    @contextmanager
    def _looking(self) -> Iterator[Session]:
        session = self._store.session
        was_open = session.in_transaction()
        try:
            with session.no_autoflush:
                yield session
        finally:
            if not was_open:
                _end_a_look(session)


def _keeps_nothing(session: Session) -> bool:
    """Whether the host would never notice the end of its transaction: it didn't begin, lock or set anything in it."""
    begun = session.get_transaction()
    began_by_itself = begun is not None and begun.origin is SessionTransactionOrigin.AUTOBEGIN
    if not began_by_itself or session.in_nested_transaction():
        return False
    connection = _connection(session)
    is_as_usual = connection.get_execution_options() == connection.engine.get_execution_options()
    return is_as_usual and not connection.info.get(_KEEPS)


def _holds_a_lock(session: Session) -> bool:
    connection = _connection(session)
    return connection.dialect.name == "sqlite" and getattr(connection.connection, "in_transaction", True)


def _end_a_look(session: Session) -> None:
    """By a commit, for a rollback would expire what the host has loaded; and so that it expires nothing, either."""
    expires, session.expire_on_commit = session.expire_on_commit, False
    try:
        session.commit()
    finally:
        session.expire_on_commit = expires


def _connection(session: Session) -> Connection:
    """The one our tables are on, in a session that may have several."""
    return session.connection(bind_arguments={"mapper": LimitRow})


def _note_a_write(connection: Connection, _cursor: Any, sql: str, *more: Any) -> None:
    context = more[1]
    by_text = context.is_text and _may_write(sql)
    if by_text or context.isinsert or context.isupdate or context.isdelete or context.isddl:
        connection.info[_WROTE] = True
    elif _keeps(sql):
        connection.info[_KEEPS] = True


@lru_cache(maxsize=1000)
def _keeps(sql: str) -> bool:
    """Whether *sql*, which is no change, lasts until the transaction ends. Asked for each statement of a host."""
    return _KEEPING.search(sql) is not None


def _may_write(sql: str) -> bool:
    """Whether the host's own *sql* could be a change. What we don't know is one."""
    first = _FIRST_WORD.match(sql)
    if first is None:
        return True
    verb = first[1].upper()
    return not (verb in _LOOKS or (verb in _MAY_LOOK and not _WRITES.search(sql, first.end())))


def _forget_the_write(connection: Connection) -> None:
    if not connection.closed and not connection.invalidated:
        connection.info.pop(_WROTE, None)
        connection.info.pop(_KEEPS, None)


def _note_the_commit(session: Session) -> None:
    if not session.in_nested_transaction():  # a released savepoint is no commit
        session.info[_COMMITTED] = True


def _tell_who_waits(session: Session, transaction: SessionTransaction) -> None:
    """The transaction is over, whoever ended it: what was stated in it happened, or it did not."""
    if transaction.parent is not None:
        return
    committed = session.info.pop(_COMMITTED, False)
    waiting: list[Callable[[bool], None]] = session.info[_WAITING]
    session.info[_WAITING] = []
    for ended in waiting:
        ended(committed)
