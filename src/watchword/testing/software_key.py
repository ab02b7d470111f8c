"""A passkey made of software: answers `create()` and `get()` like a browser with a device, and lies on demand."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
"""The flags of WebAuthn §6.1: user present, user verified, can be backed up, is backed up, a new key follows."""

ES256, EDDSA, RS256 = -7, -8, -257


@dataclass
class SoftwareKey:
    """One device with one key. *origin* is the page it believes to be on; change any field to make it lie."""

    origin: str = "http://localhost"
    algorithm: int = ES256
    verifies: bool = True
    synced: bool = False
    counts: bool = True
    aaguid: bytes = bytes(16)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    user_handle: str | None = None
    private: Any = None
    client_data: dict[str, Any] = field(default_factory=dict)
    """Put over what the browser would say: `{"type": "webauthn.get"}`."""

    def __post_init__(self) -> None:
        self.private = self.private or _new_private(self.algorithm)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to registration *options*, as `toJSON()` gives it."""
        self.user_handle = options["user"]["id"]
        held = bytes(self.aaguid) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self.public_key()
        data = self.authenticator_data(options["rp"]["id"], AT) + held
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client_data, attestationObject=attested, transports=["internal"])

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to sign-in *options*."""
        data = self.authenticator_data(options["rpId"])
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = self.sign(data + hashlib.sha256(client_data).digest())
        answer = self._answer(clientDataJSON=client_data, authenticatorData=data, signature=signature)
        answer["response"]["userHandle"] = self.user_handle
        return answer

    def authenticator_data(self, site: str, flags: int = 0) -> bytes:
        """What the device says of itself: for which site, what it checked, how often it signed."""
        self.count += 1 if self.counts else 0
        flags |= UP | (UV if self.verifies else 0) | (BE | BS if self.synced else 0)
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def public_key(self) -> bytes:
        """The public half in COSE (RFC 9053)."""
        numbers = self.private.public_key()
        if self.algorithm == EDDSA:
            return cbor.encode({1: 1, 3: EDDSA, -1: 6, -2: numbers.public_bytes_raw()})
        numbers = numbers.public_numbers()
        if self.algorithm == RS256:
            return cbor.encode({1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: b"\x01\x00\x01"})
        return cbor.encode(
            {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )

    def sign(self, data: bytes) -> bytes:
        """The signature of *data* by the private half."""
        if self.algorithm == EDDSA:
            return bytes(self.private.sign(data))
        if self.algorithm == RS256:
            return bytes(self.private.sign(data, padding.PKCS1v15(), SHA256()))
        return bytes(self.private.sign(data, ec.ECDSA(SHA256())))

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **self.client_data}).encode()

    def _answer(self, **response: Any) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        spelt = {key: websafe_encode(one) if isinstance(one, bytes) else one for key, one in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": spelt, "clientExtensionResults": {}}


def _new_private(algorithm: int) -> Any:
    if algorithm == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == RS256:
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def resigned(key: SoftwareKey, answer: dict[str, Any]) -> dict[str, Any]:
    """*answer* with a right signature over what it now says."""
    response = answer["response"]
    data, client_data = (
        websafe_decode(response["authenticatorData"]),
        websafe_decode(response["clientDataJSON"]),
    )
    response["signature"] = websafe_encode(key.sign(data + hashlib.sha256(client_data).digest()))
    return answer
