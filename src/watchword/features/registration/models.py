"""Registrations that wait for their address to be confirmed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime


class WaitingRegistration(Base):
    """Not a user yet: holds no name, opens nothing. Several may wait for one address; the used link decides.

    `link` is the fingerprint of the mailed token, `browser` of a secret in the asking browser's cookie, `code` of the
    typed code together with that secret: without the browser a stolen table can't be searched for the eight digits.
    """

    __tablename__ = "auth_waiting_registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    link: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str | None] = mapped_column(String(64))
    tries_left: Mapped[int]
    username: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    password_hash: Mapped[str] = mapped_column(String(512))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
