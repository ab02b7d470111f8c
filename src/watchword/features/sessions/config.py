"""Settings of sessions."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class SessionConfig(FeatureSettings, prefix="SESSION"):
    """How long a session lives (NIST SP 800-63B-4 2.1.3: at most 30 days; ASVS 7.3)."""

    idle: timedelta = setting(
        timedelta(minutes=30),
        "A session ends after this long without a request.",
        at_least=timedelta(minutes=1),
        at_most=timedelta(days=1),
    )
    lifetime: timedelta = setting(
        timedelta(hours=12),
        "A session ends after this long, used or not.",
        at_least=timedelta(minutes=5),
        at_most=timedelta(days=1),
    )
    remembered_idle: timedelta = setting(
        timedelta(days=14),
        'The same for "keep me signed in": longest pause.',
        at_least=timedelta(hours=1),
        at_most=timedelta(days=30),
    )
    remembered_lifetime: timedelta = setting(
        timedelta(days=30),
        'The same for "keep me signed in": longest life.',
        at_least=timedelta(hours=1),
        at_most=timedelta(days=30),
    )
