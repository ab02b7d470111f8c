"""Settings of password_reset."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class PasswordResetConfig(FeatureSettings, prefix="PASSWORD_RESET"):
    """How often mails are sent is no setting: for each address 2 at once, one each 10 minutes, later each 30."""

    link_lifetime: timedelta = setting(
        timedelta(minutes=30),
        "How long a reset link, and its code, work.",
        at_least=timedelta(minutes=5),
        at_most=timedelta(hours=24),
        gives_up="An old mail in a forgotten mailbox opens the account for longer.",
    )
