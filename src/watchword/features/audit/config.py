"""Settings of the audit log."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class AuditConfig(FeatureSettings, prefix="AUDIT"):
    """How long the past is kept."""

    keep: timedelta = setting(
        timedelta(days=365),
        "How long events are kept. They hold addresses of callers: keep them no longer than you need them.",
        at_least=timedelta(days=30),
        at_most=timedelta(days=3650),
    )
