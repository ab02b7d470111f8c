"""What reads and writes the bytes of WebAuthn: loaded with the first passkey, for it takes 7 MiB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchword.core.later import Later

__all__ = ["options", "verification"]

if TYPE_CHECKING:
    from watchword.features.passkeys import options, verification
else:
    options = Later("watchword.features.passkeys.options", needs="webauthn")
    verification = Later("watchword.features.passkeys.verification", needs="webauthn")
