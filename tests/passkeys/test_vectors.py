"""All fifteen test vectors of WebAuthn credentials (Level 3, §16), in `webauthn_vectors.json` under their names there.

* Taken as they are: none.ES256, none.ES256.long-credential-id, packed-self.ES256. We ask for no attestation, so a
  browser sends a key that nobody vouches for, or one that vouches for itself.
* Refused for what vouches for them, and taken without it: packed.ES256, packed.RS256, packed.EdDSA, tpm.ES256,
  android-key.ES256, apple.ES256, fido-u2f.ES256. A maker's certificate is not ours to judge, however right it is.
* Refused with it and without it: packed.ES384, packed.ES512, packed.Ed448. We offer ES256, EdDSA on Ed25519, and RS256.
  `fido2` checks all three; what we don't offer we don't take, whoever checks it.
* Refused as framed by another site: none.ES256.crossOrigin, none.ES256.topOrigin.

The vectors of the PRF extension are left out: we ask for nothing by it, and don't read its answers.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from fido2 import cbor
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticatorData

from watchword.features.passkeys import verification
from watchword.features.passkeys.ceremony import Answered, RelyingParty
from watchword.features.passkeys.errors import PasskeyNotAccepted

VECTORS = json.loads(Path(__file__).with_name("webauthn_vectors.json").read_text(encoding="utf-8"))
SITE = RelyingParty(id="example.org", name="Example", origin="https://example.org")
FRAMED = {"none.ES256.crossOrigin", "none.ES256.topOrigin"}
NOT_OFFERED = {"packed.ES384", "packed.ES512", "packed.Ed448"}
TAKEN = {"none.ES256", "none.ES256.long-credential-id", "packed-self.ES256"}
MAKERS = ("android-key", "android-safetynet", "apple", "compound", "fido-u2f", "tpm")
VOUCHED_FOR = sorted(set(VECTORS) - FRAMED - TAKEN)
OURS = sorted(set(VECTORS) - FRAMED - NOT_OFFERED)


def answered(name, ceremony, **changed):
    told = {**VECTORS[name][ceremony], **changed}
    challenge = bytes.fromhex(told.pop("challenge"))
    response = {key: websafe_encode(bytes.fromhex(value)) for key, value in told.items()}
    handle = websafe_encode(bytes.fromhex(VECTORS[name]["credential_id"]))
    return Answered(challenge, {"id": handle, "rawId": handle, "type": "public-key", "response": response})


def make(name, **changed):
    return verification.new_key(SITE, answered(name, "registration", **changed), must_verify=False)


def sign(name, *, must_verify=False, **changed):
    key = cbor.encode(data_of(name).credential_data.public_key)
    asked = answered(name, "authentication", **changed)
    return verification.assertion(SITE, asked, public_key=key, must_verify=must_verify)


def attestation_of(name):
    return cbor.decode(bytes.fromhex(VECTORS[name]["registration"]["attestationObject"]))


def data_of(name):
    return AuthenticatorData(attestation_of(name)["authData"])


def flags_in(data):
    return tuple(bool(data[32] & each) for each in (0x04, 0x08, 0x10))


def without_its_maker(name, fmt="none"):
    """What a browser makes of an attestation that a site didn't ask for (§5.1.3)."""
    return cbor.encode({"fmt": fmt, "attStmt": {}, "authData": attestation_of(name)["authData"]}).hex()


def refused(caplog, act, *args, **options):
    """Why *act* was refused, as the log tells it."""
    caplog.set_level(logging.INFO, "watchword.passkeys")
    with pytest.raises(PasskeyNotAccepted):
        act(*args, **options)
    return caplog.messages[-1]


def test_they_are_all_here():
    assert len(VECTORS) == 15
    assert set(VECTORS) >= TAKEN | FRAMED | NOT_OFFERED


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_key_that_nobody_else_vouches_for_is_taken_with_its_flags(name):
    key, said = make(name), attestation_of(name)["authData"]

    assert key.credential_id.hex() == VECTORS[name]["credential_id"]
    assert said.endswith(key.credential_id + key.public_key)
    assert key.aaguid.replace("-", "") == said[37:53].hex()
    assert (key.user_verified, key.backup_eligible, key.backed_up) == flags_in(said)


@pytest.mark.parametrize("name", VOUCHED_FOR)
def test_what_a_makers_certificate_vouches_for_is_refused_though_it_is_right(name, caplog):
    assert "'attestation'" in refused(caplog, make, name)


@pytest.mark.parametrize("fmt", MAKERS)
def test_a_makers_format_is_refused_before_its_statement_is_read(fmt, caplog):
    assert "'attestation'" in refused(
        caplog, make, "none.ES256", attestationObject=without_its_maker("none.ES256", fmt)
    )


@pytest.mark.parametrize("name", sorted(set(VOUCHED_FOR) - NOT_OFFERED))
def test_without_the_certificate_the_same_key_is_taken(name):
    assert make(name, attestationObject=without_its_maker(name)).credential_id.hex() == VECTORS[name]["credential_id"]


@pytest.mark.parametrize("name", sorted(NOT_OFFERED))
def test_a_key_of_an_algorithm_that_we_did_not_offer_is_refused(name, caplog):
    assert "'key and algorithm'" in refused(caplog, make, name, attestationObject=without_its_maker(name))


@pytest.mark.parametrize("name", sorted(FRAMED))
def test_what_was_made_or_signed_in_another_sites_frame_is_refused(name, caplog):
    assert "framed by another site" in refused(caplog, make, name)
    assert "framed by another site" in refused(caplog, sign, name)


@pytest.mark.parametrize("name", OURS)
def test_each_signature_is_right_and_says_what_its_flags_say(name):
    shown, said = sign(name), bytes.fromhex(VECTORS[name]["authentication"]["authenticatorData"])

    assert (shown.user_verified, shown.backup_eligible, shown.backed_up) == flags_in(said)
    assert shown.sign_count == 0


@pytest.mark.parametrize("name", OURS)
def test_another_challenge_or_another_signature_is_not(name, caplog):
    signature = bytearray.fromhex(VECTORS[name]["authentication"]["signature"])
    signature[-1] ^= 1

    assert "challenge" in refused(caplog, sign, name, challenge=VECTORS[name]["registration"]["challenge"])
    assert "InvalidSignature" in refused(caplog, sign, name, signature=signature.hex())


def test_a_signature_of_one_algorithm_is_none_of_another(caplog):
    for name in ("packed.RS256", "packed.EdDSA"):
        assert "InvalidSignature" in refused(caplog, sign, name, **VECTORS["packed.ES256"]["authentication"])


def test_where_verification_is_required_a_touch_is_not_enough(caplog):
    assert not sign("none.ES256").user_verified

    assert "verif" in refused(caplog, sign, "none.ES256", must_verify=True)
