"""What reads the bytes of WebAuthn: loaded with the first passkey, for it takes 2 MiB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchword.core.later import Later

__all__ = ["verification"]

if TYPE_CHECKING:
    from watchword.features.passkeys import verification
else:
    verification = Later("watchword.features.passkeys.verification", needs="fido2")
