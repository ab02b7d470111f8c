"""Settings of the second factor."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class TwoFactorConfig(FeatureSettings, prefix="TWO_FACTOR"):
    """For whom it is required in particular is a policy (`second_factor_required_of`), not a setting."""

    required: bool = setting(
        False,
        "Whether everyone needs a second factor: who has none sets one up while signing in.",
    )
    reset_delay: timedelta = setting(
        timedelta(hours=48),
        "How long the owner can stop it when an operator takes their second factors away (`reset-second-factor`).",
        at_least=timedelta(hours=1),
        at_most=timedelta(days=14),
        gives_up="Who talks an operator into it has to wait no longer; the owner may read their mail too late.",
    )
