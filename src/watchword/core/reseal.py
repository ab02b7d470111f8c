"""Bring what was encrypted under an older key to the newest one, row by row."""

from __future__ import annotations

from sqlalchemy import select, update

from watchword.core.feature import Sealed
from watchword.core.scope import Scope

BATCH = 500  # rows between two commits: on SQLite everybody else waits meanwhile


def reseal_all(scope: Scope, what: Sealed) -> int:
    """Encrypt the whole column anew where an older key holds it; return how many rows changed.

    A row that somebody else changes meanwhile is left as they leave it: they use the newest key.
    """
    changed, after, rows = 0, None, _batch(scope, what, None)
    while rows:
        changed += sum(_reseal(scope, what, row.key, sealed=row.sealed) for row in rows)
        scope.settle()
        after = rows[-1].key
        rows = _batch(scope, what, after)
    return changed


def _batch(scope: Scope, what: Sealed, after: object):  # type: ignore[no-untyped-def]  # noqa: ANN202 - rows
    key = _key(what)
    some = select(key.label("key"), what.column.label("sealed")).order_by(key).limit(BATCH)
    return scope.read.execute(some if after is None else some.where(key > after)).all()


def _reseal(scope: Scope, what: Sealed, key: object, *, sealed: bytes) -> bool:
    fresh = scope.keys.resealed(sealed, what.purpose)
    if fresh is None:
        return False
    unchanged = (_key(what) == key, what.column == sealed)
    scope.db.execute(update(what.column.class_).where(*unchanged).values({what.column: fresh}))
    return True


def _key(what: Sealed):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a column of whatever type
    """The primary key, of one column."""
    (key,) = what.column.class_.__table__.primary_key.columns
    return key
