"""Settings of accounts."""

from __future__ import annotations

from watchword.core.config import FeatureSettings, setting


class PasswordConfig(FeatureSettings, prefix="PASSWORD"):
    """What a password must be, and how many are hashed side by side."""

    minimum_length: int = setting(
        15,
        "Shortest password, in characters (NIST SP 800-63B-4 3.1.1.2: 15 where the password is the only factor).",
        at_least=8,
        at_most=64,
        gives_up="Below 15, a password alone can be guessed from a stolen table.",
    )
    hashes_at_once: int = setting(
        0,
        "How many passwords are hashed side by side, each in 19 MiB; 0 means one for each core.",
        at_least=0,
        at_most=256,
    )
