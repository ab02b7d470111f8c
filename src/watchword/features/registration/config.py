"""Settings of registration."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class RegistrationConfig(FeatureSettings, prefix="REGISTRATION"):
    """Who may register is a policy (`may_register`), not a setting."""

    link_lifetime: timedelta = setting(
        timedelta(hours=24),
        "How long a confirmation link works.",
        at_least=timedelta(minutes=10),
        at_most=timedelta(days=7),
    )
