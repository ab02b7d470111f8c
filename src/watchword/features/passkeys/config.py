"""Settings of passkeys."""

from __future__ import annotations

from typing import Literal

from watchword.core.config import FeatureSettings, setting


class PasskeysConfig(FeatureSettings, prefix="PASSKEYS"):
    """How much a passkey must show."""

    user_verification: Literal["preferred", "required"] = setting(
        "preferred",
        "Whether the device must check its owner (finger, face, PIN) each time. Preferred: a touch alone counts as one "
        "proof, and accounts with a second step are asked for it.",
    )
