"""The table of what happened."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import DDL, BigInteger, Index, Integer, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime
from watchword.features.audit.append_only import AFTER_DROP, STATEMENTS


class AuditRow(Base):
    """One event. `user_id` is a plain number: the row stays as it is whatever becomes of the person."""

    __tablename__ = "auth_audit"
    __table_args__ = (Index("ix_auth_audit_person", "user_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[int | None]
    ip: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(256))
    request_id: Mapped[str] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(Text)


class AuditPurge(Base):
    """How old a row must be for the running purge. Empty at all other times: see `append_only`."""

    __tablename__ = "auth_audit_purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    older_than: Mapped[datetime] = mapped_column(UtcDateTime)


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]


def _guard(table: Table) -> None:
    """Make the triggers together with the table, so that tests made by `create_all` have them too."""
    for moment, by_dialect in (("after_create", STATEMENTS), ("after_drop", AFTER_DROP)):
        for dialect, statements in by_dialect.items():
            for statement in statements:
                event.listen(table, moment, _ddl(statement).execute_if(dialect=dialect))


_guard(cast("Table", AuditRow.__table__))
