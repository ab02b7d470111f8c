"""What judges how hard a password is to guess: loaded with the first one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchword.core.later import Later

__all__ = ["strength"]

if TYPE_CHECKING:
    from watchword.features.accounts import strength
else:
    strength = Later("watchword.features.accounts.strength", needs="zxcvbn_rs_py")
