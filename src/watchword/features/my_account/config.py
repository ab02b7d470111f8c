"""Settings of my_account."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class AccountConfig(FeatureSettings, prefix="ACCOUNT"):
    """How long what people change about themselves stays open."""

    address_link_lifetime: timedelta = setting(
        timedelta(hours=24),
        "How long the link works that confirms a new address.",
        at_least=timedelta(minutes=10),
        at_most=timedelta(days=7),
    )
    closing_undo: timedelta = setting(
        timedelta(days=14),
        "How long a closed account comes back by signing in; then nothing of the person is left.",
        at_least=timedelta(days=1),
        at_most=timedelta(days=90),
    )
