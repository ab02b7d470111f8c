"""Phone numbers, and codes on their way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime
from watchword.core.tokens import new_handle


class Phone(Base):
    """The number that a user proved to hold, encrypted. One for each user."""

    __tablename__ = "auth_phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(32), unique=True, default=new_handle)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), unique=True)
    number: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WaitingSmsCode(Base):
    """The newest code that was asked for by *holder*: the fingerprint of a purpose and of the sign-in or session that
    may type it. `code` is a keyed hash; `number`, encrypted, is where it goes.
    """

    __tablename__ = "auth_waiting_sms_code"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    number: Mapped[bytes] = mapped_column(LargeBinary)
    tries_left: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
