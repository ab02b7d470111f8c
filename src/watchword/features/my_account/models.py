"""Changes of address that wait, and those that may still be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime


class AddressChange(Base):
    """One wish for another address. Several may wait side by side; each link confirms its own address only.

    `link`, `browser` and `code` are fingerprints, the code's together with the browser's secret. Kept after it took
    effect, as long as the owner may take it back to `old_email`.
    """

    __tablename__ = "auth_address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    credential_version: Mapped[int]
    link: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(64))
    tries_left: Mapped[int]
    email: Mapped[str] = mapped_column(String(320))
    old_email: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
