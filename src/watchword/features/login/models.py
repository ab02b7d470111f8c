"""Sign-ins that wait for a step, and the browsers each user signed in from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime
from watchword.core.tokens import new_handle


class WaitingLogin(Base):
    """A sign-in between two steps. `id` is the fingerprint of a secret in the pre-login cookie."""

    __tablename__ = "auth_waiting_login"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    credential_version: Mapped[int]
    proofs: Mapped[str] = mapped_column(String(64))
    remembered: Mapped[bool]
    trusts: Mapped[bool]
    """Whether its browser shall be trusted once it is through."""
    may_trust: Mapped[bool] = mapped_column(default=True)
    """Whether the factors are still those of its beginning: what it showed makes no browser trusted after a change."""
    tries_left: Mapped[int]
    due: Mapped[str] = mapped_column(String(64))
    """The names of the last steps that were noticed at the password."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class KnownDevice(Base):
    """A browser that a user signed in from. `id` is the fingerprint of the device cookie: many users may share it.

    The cookie is new at each sign-in; `handle` stays, so that guesses are counted on. `trusted_at` marks one that
    stands in for the second step, under the credentials of `trusted_version`.
    """

    __tablename__ = "auth_known_device"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True, index=True)
    credential_version: Mapped[int]
    handle: Mapped[str] = mapped_column(String(32), unique=True, default=new_handle)
    ip: Mapped[str] = mapped_column(String(64), default="")
    user_agent: Mapped[str] = mapped_column(String(256), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    trusted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trusted_version: Mapped[int | None]
