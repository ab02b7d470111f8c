"""Accounts that are about to close, and what is left of closed ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, bindparam, delete, select, update

from watchword.core.db import table_of
from watchword.core.has_row import HasRow
from watchword.core.scope import Scope
from watchword.core.tokens import new_handle
from watchword.features.accounts.events import AccountClosed
from watchword.features.accounts.models import User

AT_ONCE = 20
_USER = table_of(User).c
_CLOSES_AT = select(_USER.closes_at).where(_USER.id == bindparam("user_id"))

is_about_to_close = HasRow(_USER.id, _USER.closes_at.is_not(None))


def start_closing(scope: Scope, user_id: int, at: datetime) -> None:
    """Close the account for good at *at*. What was bound to its credentials is dead. The caller ends sessions."""
    values = {"closes_at": at, "credential_version": User.credential_version + 1}
    scope.db.execute(update(User).where(User.id == user_id).values(values))


def stop_closing(scope: Scope, user_id: int) -> bool:
    """Keep the account; False when it isn't about to close, or its time is over."""
    kept = update(User).where(User.id == user_id, User.closes_at > scope.now).values(closes_at=None)
    return scope.db.scalar(kept.returning(User.id)) is not None


def closes_at(scope: Scope, user_id: int) -> datetime | None:
    """When the account closes for good; None when it stays."""
    found: datetime | None = scope.read.scalar(_CLOSES_AT, {"user_id": user_id})
    return found


def close_due(scope: Scope) -> int:
    """Close for good the accounts whose time is over; return how many. Call again until 0."""
    due = select(User.id).where(User.closes_at <= scope.now).order_by(User.closes_at)
    return scope.one_by_one(_anonymise, [row.id for row in scope.read.execute(due)], at_most=AT_ONCE)


def _anonymise(scope: Scope, user_id: int) -> None:
    """Leave nothing of the person but the row that others' rows point to. The audit log goes by its own setting.

    Another worker may have come first, or the owner, who keeps the account.
    """
    nobody = new_handle()
    values = {
        "username": f"closed-{nobody[:12]}",
        "username_key": f"closed-{nobody}",
        "email": f"{nobody}@closed.invalid",
        "email_key": f"{nobody}@closed.invalid",
        "password_hash": None,
        "is_admin": False,
        "credential_version": User.credential_version + 1,
        "closed_at": scope.now,
        "closes_at": None,
    }
    closed = update(User).where(User.id == user_id, User.closes_at <= scope.now).values(values)
    if scope.db.scalar(closed.returning(User.id)) is None:
        return
    for table in User.metadata.sorted_tables:
        _forget(scope, table, user_id)
    scope.emit(AccountClosed(user_id=user_id))


def _forget(scope: Scope, table: Table, user_id: int) -> None:
    """Do to each table of ours what its foreign key would do if the row of the user went."""
    for key in table.foreign_keys:
        if key.column.table is not User.__table__:
            continue
        mine = key.parent == user_id
        if key.ondelete == "CASCADE":
            scope.db.execute(delete(table).where(mine))
        else:
            scope.db.execute(update(table).where(mine).values({key.parent.name: None}))
