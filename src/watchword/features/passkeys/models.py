"""Passkeys, their owners, and the challenges that were used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime

LONGEST_ID = 1023
"""Of a credential id, in bytes (WebAuthn §4)."""


class Passkey(Base):
    """One key pair whose private half stays with its owner. `handle` is its public name; a credential id is held once.

    `backup_eligible` is what it can do (be synced), `backed_up` what it did; the first never changes (WebAuthn §7.2).
    """

    __tablename__ = "auth_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(LONGEST_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    user_verified: Mapped[bool]
    backup_eligible: Mapped[bool]
    backed_up: Mapped[bool]
    aaguid: Mapped[str] = mapped_column(String(36))
    transports: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_with: Mapped[str] = mapped_column(String(256))


class PasskeyOwner(Base):
    """What devices know a user by: random, so that it tells nothing, and never changed."""

    __tablename__ = "auth_passkey_owner"

    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True)
    user_handle: Mapped[str] = mapped_column(String(64), unique=True)
    declined: Mapped[int] = mapped_column(default=0)
    """How often the offer of a passkey was answered with "not now"."""
    offer_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UsedChallenge(Base):
    """A challenge that was answered, right or wrong. `id` is its fingerprint; kept while it would still be young."""

    __tablename__ = "auth_used_challenge"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
