"""What an authenticator signed: read it, check it, say what it shows. No tables here; `webauthn` does the mathematics.

Whatever breaks while hostile bytes are read is a refusal, never a fault (WAN-08).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import CredentialDeviceType

from watchword.features.passkeys.ceremony import Answer, Answered, Assertion, NewKey, RelyingParty
from watchword.features.passkeys.errors import PasskeyNotAccepted
from watchword.features.passkeys.models import LONGEST_ID

log = logging.getLogger("watchword.passkeys")

SHORTEST_ID = 16
ALGORITHMS = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
RSA_BITS = range(2048, 8193)
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


def new_key(site: RelyingParty, answered: Answered, *, must_verify: bool) -> NewKey:
    """The key in the answer to `navigator.credentials.create()`; raises PasskeyNotAccepted."""
    answer = answered.answer
    with _refusing():
        _check_client_data(answer)
        _check_attestation(answer)
        verified = verify_registration_response(
            credential=dict(answer),
            expected_challenge=answered.challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=must_verify,
            supported_pub_key_algs=list(ALGORITHMS),
        )
        _want(SHORTEST_ID <= len(verified.credential_id) <= LONGEST_ID, "length of the credential id")
        _want(verified.credential_id == credential_id(answer), "two credential ids")
        _check_key(verified.credential_public_key)
        return NewKey(
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            aaguid=verified.aaguid,
            transports=_transports(answer),
            user_verified=verified.user_verified,
            backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            backed_up=verified.credential_backed_up,
        )


def assertion(site: RelyingParty, answered: Answered, *, public_key: bytes, must_verify: bool) -> Assertion:
    """What the answer to `navigator.credentials.get()` shows of the key *public_key*; raises PasskeyNotAccepted."""
    with _refusing():
        _check_client_data(answered.answer)
        verified = verify_authentication_response(
            credential=dict(answered.answer),
            expected_challenge=answered.challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=must_verify,
        )
        return Assertion(
            sign_count=verified.new_sign_count,
            user_verified=verified.user_verified,
            backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            backed_up=verified.credential_backed_up,
        )


def credential_id(answer: Answer) -> bytes:
    """Which key the answer speaks of; raises PasskeyNotAccepted when it doesn't say."""
    with _refusing():
        return base64url_to_bytes(answer["id"])


def user_handle(answer: Answer) -> str | None:
    """Whom the authenticator holds the key for, as the text that our options gave it; None when it doesn't say."""
    with _refusing():
        handle = answer["response"].get("userHandle")
        return None if handle is None else base64url_to_bytes(handle).decode("ascii")


def _check_client_data(answer: Answer) -> None:
    """The library doesn't look at these two: a page inside another site's frame, and a key said twice."""
    found = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]), object_pairs_hook=_each_once)
    _want(not found.get("crossOrigin") and "topOrigin" not in found, "framed by another site")


def _check_attestation(answer: Answer) -> None:
    """We ask for none. A key may vouch for itself; certificates of makers are not ours to judge, and the library would
    take any.
    """
    found = parse_attestation_object(base64url_to_bytes(answer["response"]["attestationObject"]))
    _want(found.fmt in {"none", "packed"} and not found.att_stmt.x5c, "attestation")


def _check_key(public_key: bytes) -> None:
    """The algorithm must fit the key: nothing was signed yet that would show it."""
    decoded = decode_credential_public_key(public_key)
    key = decoded_public_key_to_cryptography(decoded)
    match decoded.alg:
        case COSEAlgorithmIdentifier.ECDSA_SHA_256:
            fits = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
        case COSEAlgorithmIdentifier.EDDSA:
            fits = isinstance(key, Ed25519PublicKey)
        case _:
            fits = isinstance(key, RSAPublicKey) and key.key_size in RSA_BITS
    _want(fits, "key and algorithm")


def _transports(answer: Answer) -> tuple[str, ...]:
    """How the device is reached; a hint for the browser, so unknown ones are left out."""
    told = answer["response"].get("transports") or ()
    return tuple(sorted(_TRANSPORTS.intersection(one for one in told if isinstance(one, str))))


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
        log.info("passkey refused: %r", error)  # as repr: what was sent can't start a line of the log
        raise PasskeyNotAccepted from None
