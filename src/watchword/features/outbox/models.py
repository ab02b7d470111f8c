"""The table of waiting work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime
from watchword.core.tokens import new_handle

WAITING, DONE, DEAD = "waiting", "done", "dead"


class OutboxRow(Base):
    """One job. `payload` is encrypted, and blank once it is done. `tries` counts claims: it tells one from the next."""

    __tablename__ = "auth_outbox"
    __table_args__ = (
        Index("ix_auth_outbox_next", "state", "due_at", "id"),
        Index("ix_auth_outbox_ended", "state", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_handle)
    job: Mapped[str] = mapped_column(String(80))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(120))
