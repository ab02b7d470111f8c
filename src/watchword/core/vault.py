"""Encryption under several keys. Apart from `crypto`, because it takes 7 MiB that most requests never need."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Vault:
    """Encrypts with the first of *keys* (32 bytes each), opens what any of them closed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._all = [Fernet(base64.urlsafe_b64encode(key)) for key in keys]

    def encrypt(self, plain: bytes) -> bytes:
        return self._all[0].encrypt(plain)

    def decrypt(self, sealed: bytes) -> bytes | None:
        """The plain bytes, or None when no key opens them."""
        return _opened(MultiFernet(self._all), sealed)

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the first key closed it."""
        return _opened(self._all[0], sealed) is not None


def _opened(fernet: Fernet | MultiFernet, sealed: bytes) -> bytes | None:
    try:
        return fernet.decrypt(sealed)
    except InvalidToken:
        return None
