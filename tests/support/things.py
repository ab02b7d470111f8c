"""A table of its own for statements that are put to the driver."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, bindparam, select

from watchword.core.db import UtcDateTime

THINGS = Table(
    "looked_up",
    MetaData(),
    Column("key", String(20), primary_key=True),
    Column("number", Integer),
    Column("is_true", Boolean),
    Column("at", UtcDateTime()),
    Column("never", UtcDateTime()),
)
WANTED = select(*THINGS.c, THINGS.c.never.is_(None).label("is_empty")).where(THINGS.c.key == bindparam("key"))
MOMENT = datetime(2026, 11, 26, 12, 0, 0, 5, tzinfo=UTC)
ROW = {"key": "one", "number": 7, "is_true": True, "at": MOMENT, "never": None}
