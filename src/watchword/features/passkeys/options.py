"""What browsers are asked for, as the JSON that `PublicKeyCredential.parse…OptionsFromJSON()` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchword.features.passkeys.ceremony import Algorithm, HeldKey, Wanted, base64url
from watchword.features.passkeys.challenges import LIFETIME
from watchword.features.passkeys.config import PasskeysConfig

_KIND = "public-key"
_MILLISECONDS = int(LIFETIME.total_seconds() * 1000)


def to_add(config: PasskeysConfig, wanted: Wanted, username: str, *, user_handle: str) -> dict[str, Any]:
    """Make a key for *username* that can be found without a name, on a device that holds none of `wanted.held` yet."""
    return {
        "rp": {"id": wanted.site.id, "name": wanted.site.name},
        "user": {"id": base64url(user_handle.encode()), "name": username, "displayName": username},
        "challenge": base64url(wanted.challenge),
        "pubKeyCredParams": [{"type": _KIND, "alg": int(each)} for each in Algorithm],
        "timeout": _MILLISECONDS,
        "excludeCredentials": _described(wanted.held),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": config.user_verification,
        },
        "attestation": "none",
    }


def to_show(config: PasskeysConfig, wanted: Wanted) -> dict[str, Any]:
    """Sign with one of `wanted.held`; with none named, with whichever key for this site its owner chooses."""
    return {
        "rpId": wanted.site.id,
        "challenge": base64url(wanted.challenge),
        "timeout": _MILLISECONDS,
        "allowCredentials": _described(wanted.held),
        "userVerification": config.user_verification,
    }


def _described(held: Sequence[HeldKey]) -> list[dict[str, Any]]:
    return [_descriptor(key) for key in held]


def _descriptor(key: HeldKey) -> dict[str, Any]:
    told = {"transports": list(key.transports)} if key.transports else {}
    return {"id": base64url(key.credential_id), "type": _KIND, **told}
