"""Second factors, and those that are being set up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime
from watchword.core.tokens import new_handle


class Authenticator(Base):
    """An authenticator app. `secret` is encrypted; `last_step` is the step of the last code it was used with."""

    __tablename__ = "auth_authenticator"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(32), unique=True, default=new_handle)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(64))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WaitingAuthenticator(Base):
    """A secret that was shown and not proved yet. `holder` is the fingerprint of the session, or of the waiting
    sign-in, that it was shown in: one at a time, and good nowhere else.
    """

    __tablename__ = "auth_waiting_authenticator"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    tries_left: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RecoveryCode(Base):
    """A code that is not used yet. `sealed` is its fingerprint, encrypted."""

    __tablename__ = "auth_recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResetCase(Base):
    """An operator's case that waits: at `due_at` all second factors of the user go, unless it is stopped. Nothing
    goes before its owner was told (`told_at`) and reminded (`reminded_at`).
    """

    __tablename__ = "auth_second_factor_reset"

    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
