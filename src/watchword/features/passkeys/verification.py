"""What an authenticator signed: check it, say what it shows. No tables here; `fido2` does the mathematics.

Whatever breaks while hostile bytes are read is a refusal, never a fault (WAN-08).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from watchword.features.passkeys.authenticator_data import attestation_object, authenticator_data
from watchword.features.passkeys.ceremony import (
    Algorithm,
    Answer,
    Answered,
    Assertion,
    NewKey,
    RelyingParty,
    base64url,
)
from watchword.features.passkeys.errors import PasskeyNotAccepted
from watchword.features.passkeys.models import LONGEST_ID

log = logging.getLogger("watchword.passkeys")

SHORTEST_ID = 16
RSA_BITS = range(2048, 8193)
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


def new_key(site: RelyingParty, answered: Answered, *, must_verify: bool) -> NewKey:
    """The key in the answer to `navigator.credentials.create()`; raises PasskeyNotAccepted."""
    with _refusing():
        _check_credential(answered.answer)
        client_data = _client_data(site, answered, "webauthn.create")
        data, fmt, statement = attestation_object(_sent(answered.answer, "attestationObject"))
        _check_format(fmt, statement)
        _check_device(site, data, must_verify=must_verify)
        key = _key_in(data, answered.answer)
        if fmt == "packed":
            _want(statement["alg"] == key.public_key[3], "attestation")
            key.public_key.verify(data + client_data, statement["sig"])
        return NewKey(
            credential_id=key.credential_id,
            public_key=cbor.encode(key.public_key),
            sign_count=data.counter,
            aaguid=str(key.aaguid),
            transports=_transports(answered.answer),
            user_verified=data.is_user_verified(),
            backup_eligible=data.is_backup_eligible(),
            backed_up=data.is_backed_up(),
        )


def assertion(site: RelyingParty, answered: Answered, *, public_key: bytes, must_verify: bool) -> Assertion:
    """What the answer to `navigator.credentials.get()` shows of the key *public_key*; raises PasskeyNotAccepted."""
    with _refusing():
        _check_credential(answered.answer)
        client_data = _client_data(site, answered, "webauthn.get")
        data = authenticator_data(_sent(answered.answer, "authenticatorData"))
        _check_device(site, data, must_verify=must_verify)
        kept: Any = cbor.decode(public_key)
        CoseKey.parse(kept).verify(data + client_data, _sent(answered.answer, "signature"))
        return Assertion(
            sign_count=data.counter,
            user_verified=data.is_user_verified(),
            backup_eligible=data.is_backup_eligible(),
            backed_up=data.is_backed_up(),
        )


def credential_id(answer: Answer) -> bytes:
    """Which key the answer speaks of; raises PasskeyNotAccepted when it doesn't say."""
    with _refusing():
        return _bytes_of(answer["id"])


def user_handle(answer: Answer) -> str | None:
    """Whom the authenticator holds the key for, as the text that our options gave it; None when it doesn't say."""
    with _refusing():
        handle = answer["response"].get("userHandle")
        return None if handle is None else _bytes_of(handle).decode("ascii")


def _check_credential(answer: Answer) -> None:
    _want(answer["type"] == "public-key" and answer["id"] == base64url(_bytes_of(answer["rawId"])), "credential")


def _client_data(site: RelyingParty, answered: Answered, act: str) -> bytes:
    """What the browser had signed along, as its hash: this act, to this challenge, on this site, framed by no other."""
    told = _sent(answered.answer, "clientDataJSON")
    said = json.loads(told, object_pairs_hook=_each_once)
    _want(said["type"] == act, "act")
    _want(_bytes_of(said["challenge"]) == answered.challenge, "challenge")
    _want(said["origin"] == site.origin, "origin")
    _want(not said.get("crossOrigin") and "topOrigin" not in said, "framed by another site")
    return sha256(told).digest()


def _check_format(fmt: str, statement: dict[str, Any]) -> None:
    """We ask nobody to vouch for a key. It may vouch for itself; certificates of makers are not ours to judge."""
    by_nobody = fmt == "none" and statement == {}
    by_itself = fmt == "packed" and statement.keys() == {"alg", "sig"}
    _want(by_nobody or by_itself, "attestation")


def _check_device(site: RelyingParty, data: AuthenticatorData, *, must_verify: bool) -> None:
    """It signs for this site, somebody touched it, and what it says of itself can be."""
    _want(data.rp_id_hash == sha256(site.id.encode()).digest(), "site")
    _want(data.is_user_present(), "user presence")
    _want(data.is_user_verified() or not must_verify, "user verification")
    _want(data.is_backup_eligible() or not data.is_backed_up(), "backed up but not able to be")


def _key_in(data: AuthenticatorData, answer: Answer) -> AttestedCredentialData:
    key = data.credential_data
    if key is None:
        raise ValueError("no key")
    _want(SHORTEST_ID <= len(key.credential_id) <= LONGEST_ID, "length of the credential id")
    _want(key.credential_id == credential_id(answer), "two credential ids")
    _check_fit(key.public_key)
    return key


def _check_fit(public_key: CoseKey) -> None:
    """The algorithm is one we offered and fits the key, and the key is one: nothing was signed yet that would show it.

    The numbers are those of COSE (RFC 9053): 1 the type of key, 3 its algorithm, -1 the curve, and the key itself.
    """
    match public_key:
        case {1: 2, 3: Algorithm.ES256, -1: 1, -2: bytes(x), -3: bytes(y)}:
            EllipticCurvePublicNumbers(_number(x), _number(y), SECP256R1()).public_key()
        case {1: 1, 3: Algorithm.EDDSA, -1: 6, -2: bytes(x)}:
            Ed25519PublicKey.from_public_bytes(x)
        case {1: 3, 3: Algorithm.RS256, -1: bytes(n), -2: bytes(e)}:
            _want(RSAPublicNumbers(_number(e), _number(n)).public_key().key_size in RSA_BITS, "length of the key")
        case _:
            raise ValueError("key and algorithm")


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big")


def _transports(answer: Answer) -> tuple[str, ...]:
    """How the device is reached; a hint for the browser, so unknown ones are left out."""
    told = answer["response"].get("transports") or ()
    return tuple(sorted(_TRANSPORTS.intersection(one for one in told if isinstance(one, str))))


def _sent(answer: Answer, name: str) -> bytes:
    return _bytes_of(answer["response"][name])


def _bytes_of(text: object) -> bytes:
    """What *text* spells. Of a number `fido2` would make as many zeros."""
    if not isinstance(text, str):
        raise TypeError("no text")
    return websafe_decode(text)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _want(len({name for name, _ in pairs}) == len(pairs), "a key said twice")
    return dict(pairs)


def _want(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as "want this"
    if not holds:
        raise ValueError(what)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except PasskeyNotAccepted:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever hostile bytes lead it to
        log.info("passkey refused: %.200r", error)  # what was sent starts no line of the log, and fills none
        raise PasskeyNotAccepted from None
