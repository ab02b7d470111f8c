"""What browsers are asked for, as the JSON that `PublicKeyCredential.parse…OptionsFromJSON()` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from watchword.features.passkeys.ceremony import HeldKey, Wanted
from watchword.features.passkeys.challenges import LIFETIME
from watchword.features.passkeys.config import PasskeysConfig
from watchword.features.passkeys.verification import ALGORITHMS

_MILLISECONDS = int(LIFETIME.total_seconds() * 1000)


def to_add(config: PasskeysConfig, wanted: Wanted, username: str, *, user_handle: str) -> dict[str, Any]:
    """Make a key for *username* that can be found without a name, on a device that holds none of `wanted.held` yet."""
    return options_to_json_dict(
        generate_registration_options(
            rp_id=wanted.site.id,
            rp_name=wanted.site.name,
            user_name=username,
            user_id=user_handle.encode(),
            challenge=wanted.challenge,
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_verification(config)
            ),
            exclude_credentials=_described(wanted.held),
            supported_pub_key_algs=list(ALGORITHMS),
        )
    )


def to_show(config: PasskeysConfig, wanted: Wanted) -> dict[str, Any]:
    """Sign with one of `wanted.held`; with none named, with whichever key for this site its owner chooses."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=wanted.site.id,
            challenge=wanted.challenge,
            timeout=_MILLISECONDS,
            allow_credentials=_described(wanted.held),
            user_verification=_verification(config),
        )
    )


def _verification(config: PasskeysConfig) -> UserVerificationRequirement:
    return UserVerificationRequirement(config.user_verification)


def _described(held: Sequence[HeldKey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=key.credential_id, transports=[AuthenticatorTransport(one) for one in key.transports]
        )
        for key in held
    ]
