"""Settings of the second factor."""

from __future__ import annotations

from watchword.core.config import FeatureSettings, setting


class TwoFactorConfig(FeatureSettings, prefix="TWO_FACTOR"):
    """For whom it is required in particular is a policy (`second_factor_required_of`), not a setting."""

    required: bool = setting(
        False,
        "Whether everyone needs a second factor: who has none sets one up while signing in.",
    )
