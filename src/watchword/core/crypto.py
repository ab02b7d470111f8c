"""Keys made from SECRET_KEY, one per purpose: what is signed or encrypted for one purpose is noise for another."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from itsdangerous import BadData, Signer, TimedSerializer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

from watchword.core.clock import Clock, SystemClock
from watchword.core.later import Later

if TYPE_CHECKING:
    from watchword.core import vault
else:
    vault = Later("watchword.core.vault", needs="cryptography")

_WORTH_PRESSING = 256


class Keys:
    """Encrypt, sign and fingerprint under SECRET_KEY; read what SECRET_KEY_FALLBACKS still made."""

    def __init__(self, secret: str, fallbacks: Sequence[str] = (), clock: Clock | None = None) -> None:
        self._secrets = (secret, *fallbacks)
        self._signer_class = _signer_by(clock or SystemClock())
        self._begun: dict[str, hmac.HMAC] = {}
        self._vaults: dict[str, vault.Vault] = {}
        self._signers: dict[str, URLSafeTimedSerializer] = {}

    def encrypt(self, plain: bytes, purpose: str) -> bytes:
        return self._vault(purpose).encrypt(plain)

    def decrypt(self, sealed: bytes, purpose: str) -> bytes | None:
        """The plain bytes, or None when no key we hold opens them."""
        return self._vault(purpose).decrypt(sealed)

    def resealed(self, sealed: bytes, purpose: str) -> bytes | None:
        """The same under the newest key; None when it is so already, or when no key we hold opens it."""
        plain = self.decrypt(sealed, purpose)
        return None if plain is None or self._vault(purpose).is_newest(sealed) else self.encrypt(plain, purpose)

    def sign(self, value: object, purpose: str) -> str:
        """*value* (JSON) as a signed text; always signed with the newest key (CVE-2025-47278)."""
        return str(self._signer(purpose).dumps(value))

    def unsign(self, text: str, purpose: str, max_age: int) -> object | None:
        """The value, or None when the text is forged, cut, or older than *max_age* seconds."""
        if not _is_canonical(text.rpartition(".")[2]):
            return None
        try:
            value: object = self._signer(purpose).loads(text, max_age=max_age)
        except (BadData, ValueError, RecursionError):
            return None
        return value

    def keyed(self, purpose: str, text: str) -> str:
        """HMAC-SHA-256 in hex under the newest key: equal texts look equal; without the key nobody can guess them."""
        return self.keyed_bytes(purpose, text).hex()

    def keyed_bytes(self, purpose: str, text: str) -> bytes:
        """The same, as 32 bytes."""
        begun = self._begun.get(purpose)
        if begun is None:
            begun = self._begun[purpose] = hmac.new(self._newest(purpose), digestmod=hashlib.sha256)
        mac = begun.copy()
        mac.update(text.encode("utf-8", "surrogatepass"))
        return mac.digest()

    @cached_property
    def keyed_again(self) -> Callable[[str, str], bytes]:
        """`keyed_bytes`, kept for the last thousand: for what each page of one session asks for."""
        return lru_cache(maxsize=1024)(self.keyed_bytes)

    @cached_property
    def _raw(self) -> tuple[bytes, ...]:
        return tuple(secret.encode() for secret in self._secrets)

    def _newest(self, purpose: str) -> bytes:
        return _derive(self._raw[0], purpose)

    def _vault(self, purpose: str) -> vault.Vault:
        found = self._vaults.get(purpose)
        if found is None:
            found = self._vaults[purpose] = vault.Vault([_derive(raw, purpose) for raw in self._raw])
        return found

    def _signer(self, purpose: str) -> URLSafeTimedSerializer:
        signer = self._signers.get(purpose)
        if signer is None:
            keys = [_derive(raw, f"sign {purpose}") for raw in reversed(self._raw)]  # itsdangerous signs with the last
            signer = _Serializer(
                keys,
                signer=self._signer_class,
                signer_kwargs={"key_derivation": "none", "digest_method": hashlib.sha256},
            )
            self._signers[purpose] = signer
        return signer


class _Serializer(URLSafeTimedSerializer):
    """Signs all its texts with one signer: itsdangerous makes one for each. It also tries to press each, which costs
    more than to sign it and makes nothing shorter that is as short as what we mostly sign.
    """

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self._kept if salt is None or salt == self.salt else super().make_signer(salt)

    def dump_payload(self, obj: object) -> bytes:
        plain = TimedSerializer.dump_payload(self, obj)
        return base64_encode(plain) if len(plain) < _WORTH_PRESSING else super().dump_payload(obj)

    @cached_property
    def _kept(self) -> Signer:
        return super().make_signer()


def _is_canonical(signature: str) -> bool:
    """One signature has one spelling: base64 would also read it with padding, or with other unused last bits."""
    try:
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(signature + "=")).decode().rstrip("=") == signature
    except ValueError:
        return False


def _signer_by(clock: Clock) -> type[TimestampSigner]:
    """Itsdangerous tells its own time; ours has one source."""

    class ByOurClock(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock.now().timestamp())

    return ByOurClock


def _derive(secret: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose (one-block HKDF-Expand, RFC 5869, over the hashed secret)."""
    seed = hashlib.sha256(b"watchword\x00" + secret).digest()
    return hmac.new(seed, purpose.encode() + b"\x01", hashlib.sha256).digest()
