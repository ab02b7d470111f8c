"""Whether a user has a row of some kind: asked alone, or many of these questions in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, exists, select

from watchword.core.prepared import Prepared

if TYPE_CHECKING:
    from watchword.core.scope import Scope

_USER_ID = "user_id"


def _always(_scope: Scope) -> bool:
    return True


class HasRow:
    """Callable as `(scope, user_id) -> bool`. A sign-in asks all that its features declare by one `those_of`."""

    def __init__(
        self, of_user: ColumnElement[int], *more: ColumnElement[bool], when: Callable[[Scope], bool] = _always
    ) -> None:
        """*of_user* is the column that names the user, *more* what else must hold of the row.

        Where *when* says no, nobody has one, whatever the table holds.
        """
        self.condition = exists().where(of_user == bindparam(_USER_ID), *more)
        self.when = when

    def __call__(self, scope: Scope, user_id: int) -> bool:
        return self in those_of(scope, user_id, (self,))


def those_of(scope: Scope, user_id: int, wanted: Iterable[HasRow]) -> frozenset[HasRow]:
    """Those of *wanted* that this user has, by one statement at most."""
    asked = tuple(one for one in wanted if one.when(scope))
    if not asked:
        return frozenset()
    found = _statement(asked).first(scope.read, **{_USER_ID: user_id}) or ()
    return frozenset(one for one, has in zip(asked, found, strict=True) if has)


@cache
def _statement(asked: tuple[HasRow, ...]) -> Prepared:
    conditions = [one.condition.label(f"has_{place}") for place, one in enumerate(asked)]
    return Prepared(select(*conditions))
