"""The database itself refuses to change the past."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from watchword.core.events import Event
from watchword.core.scope import Scope
from watchword.features.audit.append_only import STATEMENTS
from watchword.features.audit.models import AuditPurge, AuditRow


@pytest.fixture
def past(scope: Scope) -> Scope:
    scope.emit(Event(user_id=1))
    scope.emit(Event(user_id=2))
    scope.commit()
    return scope


def count(scope: Scope) -> int:
    return scope.db.scalar(select(func.count()).select_from(AuditRow)) or 0


def refused(scope: Scope, statement: Any) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        scope.db.execute(statement)
    scope.close()


def test_a_row_can_not_be_changed(past: Scope) -> None:
    refused(past, update(AuditRow).values(user_id=9))

    assert past.db.scalars(select(AuditRow.user_id).order_by(AuditRow.id)).all() == [1, 2]


def test_a_row_can_not_be_deleted(past: Scope) -> None:
    refused(past, delete(AuditRow).where(AuditRow.user_id == 1))

    assert count(past) == 2


def test_a_row_can_not_be_replaced(past: Scope) -> None:
    if past.db.get_bind().dialect.name != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    first = past.db.execute(select(AuditRow.__table__).order_by(AuditRow.id)).mappings().first()
    assert first is not None

    refused(past, insert(AuditRow).prefix_with("OR REPLACE").values({**first, "user_id": 9}))

    assert past.db.scalar(select(AuditRow.user_id).where(AuditRow.id == first["id"])) == 1


def test_the_table_can_not_be_emptied_at_once(past: Scope) -> None:
    if past.db.get_bind().dialect.name != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")

    refused(past, text("TRUNCATE auth_audit"))

    assert count(past) == 2


def test_a_declared_purge_still_leaves_the_young_rows_alone(past: Scope, clock: Any) -> None:
    past.db.execute(insert(AuditPurge).values(older_than=clock.now()))

    refused(past, delete(AuditRow))

    assert count(past) == 2


def test_a_purge_in_one_transaction_opens_nothing_for_others(past: Scope, clock: Any) -> None:
    clock.pass_(days=400)
    past.db.execute(insert(AuditPurge).values(older_than=clock.now()))
    past.db.execute(delete(AuditRow))
    past.close()

    assert count(past) == 2
    assert past.db.scalar(select(func.count()).select_from(AuditPurge)) == 0


def test_the_statements_hold_no_percent_sign() -> None:
    """`DDL` would take it for a placeholder."""
    assert not any("%" in statement for statements in STATEMENTS.values() for statement in statements)
