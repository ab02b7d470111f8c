"""Reset links that may still be used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from watchword.core.db import Base, UtcDateTime


class ResetLink(Base):
    """The one link of a user: a newer one takes its row. Bound to the credentials it replaces, and to its address.

    `link` is the fingerprint of the mailed token, `browser` of a secret in the asking browser's cookie, `code` of the
    typed code together with that secret: without the browser a stolen table can't be searched for the eight digits.
    """

    __tablename__ = "auth_reset_link"

    user_id: Mapped[int] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True)
    link: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320))
    credential_version: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
