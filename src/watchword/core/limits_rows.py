"""The rows that limits are counted in, and what is said of them: statements made once, and filled at each use.

A guess is counted under several limits at once, and what became of it is told to all of them: each is one statement for
so many rows, and takes them in the order of their keys, so that no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Integer, String, bindparam, case, column, select, update, values
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, insert_in, table_of
from watchword.core.prepared import Prepared, Rows

if TYPE_CHECKING:
    from sqlalchemy import Connection


ALWAYS_OPEN = 0


class LimitRow(Base):
    """One count. Keys are as `Limits` says; times are milliseconds since 1970.

    A full row has room again from *opens_at* on (that of a streak is always open), and is over at *ends_at*.
    """

    __tablename__ = "auth_limit"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
    opens_at: Mapped[int] = mapped_column(BigInteger)
    used: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(Integer)
    pending: Mapped[int] = mapped_column(Integer)
    pending_until: Mapped[int] = mapped_column(BigInteger)


_KINDS = {
    "key": String,
    "ends_at": BigInteger,
    "opens_at": BigInteger,
    "used": Integer,
    "amount": Integer,
    "pending": Integer,
    "pending_until": BigInteger,
}
_OF_EACH = tuple(_KINDS)
_TOLD = {"key": String, "ends_at": BigInteger, "closed_until": BigInteger, "forgets": Integer}


class Written:
    """A statement for several rows, made once for each number of them.

    SQLAlchemy never keeps what it made of one with VALUES for several rows: to make it costs up to half of what a
    sign-in costs besides its hash.
    """

    def __init__(self, make: Callable[[str, int], Any]) -> None:
        """*make* is given the database's name and how many rows there are."""
        self._made = cache(lambda dialect, rows: Prepared(make(dialect, rows)))

    def all(self, connection: Connection, rows: Sequence[Mapping[str, Any]], **shared: Any) -> Rows:
        """Fill in *rows*, and what is *shared* by all of them: plain numbers and texts."""
        return self._of(connection, len(rows)).all(connection, **_flat(rows), **shared)

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]], **shared: Any) -> None:
        """The same for one that returns nothing."""
        self._of(connection, len(rows)).run(connection, **_flat(rows), **shared)

    def _of(self, connection: Connection, rows: int) -> Prepared:
        made: Prepared = self._made(connection.dialect.name, rows)
        return made


def _flat(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {_of(place, name): value for place, row in enumerate(rows) for name, value in row.items()}


def _counts_one(dialect: str, rows: int) -> Any:
    insert = insert_in(dialect, table_of(LimitRow))
    return _one_more(insert.values([{name: bindparam(_of(place, name)) for name in _OF_EACH} for place in range(rows)]))


def _counts_all(dialect: str, rows: int) -> Any:
    """The same of rows that all have room, and else of none; one that is filled in this very moment is left out."""
    new = _given(_KINDS, rows).cte("given").c
    is_full = ~_has_room(LimitRow, new, bindparam("now", type_=BigInteger))
    any_full = select(LimitRow.key).where(LimitRow.key == new.key, is_full).correlate(None).exists()
    wanted = select(*new).where(~any_full).order_by(by_key(dialect, new.key))
    return _one_more(insert_in(dialect, table_of(LimitRow)).from_select(_OF_EACH, wanted))


def _one_more(insert: Any) -> Any:
    new, old, now = insert.excluded, LimitRow, bindparam("now", type_=BigInteger)
    over, idle = old.ends_at <= now, old.pending_until <= now
    return insert.on_conflict_do_update(
        index_elements=[old.key],
        set_={
            "ends_at": case((over, new.ends_at), else_=old.ends_at),
            "opens_at": case((over, new.opens_at), else_=old.opens_at),
            "used": case((over, new.used), else_=old.used + new.used),
            "amount": new.amount,
            "pending": case((over | idle, new.pending), else_=old.pending + new.pending),
            "pending_until": new.pending_until,
        },
        where=_has_room(old, new, now),
    ).returning(old.key, old.ends_at, old.used)


def _has_room(old: Any, new: Any, now: Any) -> Any:
    """A full row takes one more from *opens_at* on, if nobody is about to say how his guess ended.

    That of a streak takes all: so a full one, which only a user's lives long enough to become, is no more work
    (ENU-09). Once it took one more than its amount, none in flight can be right.
    """
    over, idle = old.ends_at <= now, old.pending_until <= now
    is_closed = (new.opens_at == ALWAYS_OPEN) & (old.used > new.amount)
    return over | (old.used < new.amount) | is_closed | ((old.opens_at <= now) & ((old.pending == 0) | idle))


def _given(kinds: Mapping[str, type[Any]], rows: int) -> Any:
    """So many rows of parameters, as a table."""
    return values(*(column(name, kind) for name, kind in kinds.items())).data(
        [tuple(bindparam(_of(place, name), type_=kind) for name, kind in kinds.items()) for place in range(rows)]
    )


def by_key(dialect: str, key: Any = LimitRow.key) -> ColumnElement[str]:
    """The order in which Python sorts: that of a language may pass over punctuation, and two orders are a deadlock."""
    ordered: ColumnElement[str] = key.collate("C") if dialect == "postgresql" else key.expression
    return ordered


def _settles(dialect: str, rows: int) -> Any:
    """Each row names its window by the end, so that a late answer never changes the next one."""
    each = _given(_TOLD, rows).cte("told").c
    told_keys = LimitRow.key.in_(select(each.key))
    in_order = select(LimitRow.key).where(told_keys).order_by(by_key(dialect)).with_for_update()
    theirs = (LimitRow.key == each.key) & (LimitRow.ends_at == each.ends_at)
    in_flight = LimitRow.pending - 1
    return (
        update(LimitRow)
        .where(theirs, LimitRow.pending > 0, LimitRow.key.in_(select(in_order.cte("in_order").c.key)))
        .values(
            used=case((each.forgets == 1, in_flight), else_=LimitRow.used - bindparam("given_back", type_=Integer)),
            pending=in_flight,
            opens_at=case((each.closed_until > LimitRow.opens_at, each.closed_until), else_=LimitRow.opens_at),
        )
    )


def _of(place: int, name: str) -> str:
    """SQLAlchemy itself calls parameters `pending_1`."""
    return f"row{place}_{name}"


class Counted(NamedTuple):
    """What counting returns of a row."""

    key: str
    ends_at: int
    used: int


counts_one = Written(_counts_one)
"""Count one more in each of the rows that has room at `now`, and return these."""

counts_all = Written(_counts_all)
"""Count one more in all of the rows if each has room at `now`, and return them."""

settles = Written(_settles)
"""Say in each of the rows what became of a guess: how much is `given_back`, what is forgotten or closed."""
