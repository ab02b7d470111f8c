"""The test vectors of the WebAuthn specification (Level 3, §16): an ES256 key that nobody vouches for."""

from __future__ import annotations

import pytest
from webauthn.helpers import bytes_to_base64url

from watchword.features.passkeys import verification
from watchword.features.passkeys.errors import PasskeyNotAccepted
from watchword.features.passkeys.verification import Answered, RelyingParty

SITE = RelyingParty(id="example.org", name="Example", origin="https://example.org")
CREDENTIAL = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4"
MADE_FOR = "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130"
ATTESTATION = (
    "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f0"
    "1452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330"
    "084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca6633"
    "4b03458abf879717c12cc68ed73290af2e2664796b9220"
)
MADE = (
    "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63647134"
    "313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f726722"
    "2c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d61792062652065"
    "7874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869"
    "733a20426b5165446a646354427258426941774a544c453551227d"
)
SIGNED_FOR = "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408"
DATA = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000"
SAID = (
    "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049"
    "393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263"
    "726f73734f726967696e223a66616c73657d"
)
SIGNATURE = (
    "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78"
    "c6e486013f937295ea13653e331e87"
)


def answered(challenge, **response):
    name = bytes_to_base64url(bytes.fromhex(CREDENTIAL))
    spelt = {key: bytes_to_base64url(bytes.fromhex(value)) for key, value in response.items()}
    return Answered(bytes.fromhex(challenge), {"id": name, "rawId": name, "type": "public-key", "response": spelt})


def made():
    return verification.new_key(
        SITE, answered(MADE_FOR, attestationObject=ATTESTATION, clientDataJSON=MADE), must_verify=False
    )


def signed(challenge=SIGNED_FOR, signature=SIGNATURE):
    return answered(challenge, authenticatorData=DATA, clientDataJSON=SAID, signature=signature)


def test_the_key_of_the_specification_is_read_with_its_flags():
    key = made()

    assert key.credential_id.hex() == CREDENTIAL
    assert key.aaguid == "8446ccb9-ab1d-b374-750b-2367ff6f3a1f"
    assert (key.user_verified, key.backup_eligible, key.backed_up, key.sign_count) == (False, True, True, 0)


def test_the_signature_of_the_specification_is_right():
    shown = verification.assertion(SITE, signed(), public_key=made().public_key, must_verify=False)

    assert (shown.user_verified, shown.backup_eligible, shown.backed_up, shown.sign_count) == (False, True, True, 0)


@pytest.mark.parametrize("answer", [signed(challenge=MADE_FOR), signed(signature=SIGNATURE[:-2] + "88")])
def test_another_challenge_or_another_signature_is_not(answer):
    with pytest.raises(PasskeyNotAccepted):
        verification.assertion(SITE, answer, public_key=made().public_key, must_verify=False)


def test_where_verification_is_required_a_touch_is_not_enough():
    with pytest.raises(PasskeyNotAccepted):
        verification.assertion(SITE, signed(), public_key=made().public_key, must_verify=True)
