"""Keys, answers and noise that an attacker would like us to take."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode
from sqlalchemy import func, select

from watchword.features.passkeys.models import Passkey
from watchword.testing.software_key import AT, BE, BS, UP, UV, SoftwareKey, resigned


def is_in(client):
    return client.get("/account").status_code == 200


def keys_in(scope):
    return scope.read.scalar(select(func.count()).select_from(Passkey))


def test_wan_06_a_credential_id_that_exists_is_refused_whoever_holds_it(owner, mallory, key, page, scope):
    before = scope.read.execute(select(Passkey)).one()
    copy = SoftwareKey(credential_id=key.credential_id)

    for attacker in (mallory, owner):
        assert attacker.add(copy).json["code"] == "passkey_exists"
    assert scope.read.execute(select(Passkey)).one() == before
    assert page.sign_in(copy).status_code == 422
    assert page.sign_in(key).status_code == 200


@pytest.mark.parametrize("length", [0, 1, 15, 1024, 5_000])
def test_wan_06_credential_ids_are_16_to_1023_bytes(owner, scope, length):
    assert owner.add(SoftwareKey(credential_id=b"x" * length)).json["code"] == "passkey_not_accepted"
    assert keys_in(scope) == 0


def test_wan_06_the_key_named_is_the_key_attested(owner, scope):
    answer = SoftwareKey().create(owner.post("/account/passkeys/options").json)
    other = websafe_encode(b"another credential id that fits")

    assert owner.post("/account/passkeys", {"answer": {**answer, "id": other, "rawId": other}}).status_code == 422
    assert keys_in(scope) == 0


class Liar(SoftwareKey):
    """An authenticator that attests whatever it is told to."""

    cose: bytes = b""
    attested = MappingProxyType({"fmt": "none", "attStmt": {}})
    trailing: bytes = b""
    flags: int = AT

    def public_key(self):
        return self.cose or super().public_key()

    def create(self, options):
        data = self.authenticator_data(options["rp"]["id"], self.flags)
        held = self.aaguid + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self.public_key()
        answer = super().create(options)
        attested = cbor.encode({**self.attested, "authData": data + held + self.trailing})
        answer["response"]["attestationObject"] = websafe_encode(attested)
        return answer


def cose(key, **changed):
    """The key's COSE map with entries changed: `k3=-65535` sets the algorithm."""
    return cbor.encode(
        {**cbor.decode(key.public_key()), **{int(name[1:].replace("m", "-")): one for name, one in changed.items()}}
    )


LIES = {
    "an algorithm we didn't offer": {"cose": lambda key: cose(key, k3=-35)},
    "RS1": {"cose": lambda _: cbor.encode({1: 3, 3: -65535, -1: b"\x01" * 256, -2: b"\x01\x00\x01"})},
    "another curve": {"cose": lambda key: cose(key, km1=2)},
    "EdDSA with a curve of EC2": {"cose": lambda key: cose(key, k3=-8)},
    "RS256 with an EC key": {"cose": lambda key: cose(key, k3=-257)},
    "ES256 of another type of key": {"cose": lambda key: cose(key, k1=3)},
    "EdDSA with P-256": {"cose": lambda _: cbor.encode({1: 1, 3: -8, -1: 1, -2: b"x" * 32})},
    "a point off the curve": {"cose": lambda key: cose(key, km2=b"\x01" * 32)},
    "an RSA key of 1,024 bits": {
        "cose": lambda _: cbor.encode({1: 3, 3: -257, -1: b"\xc1" * 128, -2: b"\x01\x00\x01"})
    },
    "a short RSA key": {"cose": lambda _: cbor.encode({1: 3, 3: -257, -1: b"\xc1" * 64, -2: b"\x01\x00\x01"})},
    "no algorithm": {"cose": lambda _: cbor.encode({1: 2, -1: 1, -2: b"x" * 32, -3: b"y" * 32})},
    "a list for a key": {"cose": lambda _: cbor.encode([1, 2, 3])},
    "nested maps": {"cose": lambda _: b"\xa1\x01" * 2_000 + b"\x01"},
    "trailing bytes": {"trailing": b"\x00"},
    "none with certificates": {"attested": {"fmt": "none", "attStmt": {"x5c": [b"x"]}}},
    "none with a signature": {"attested": {"fmt": "none", "attStmt": {"sig": b"x"}}},
    "packed with a broken signature": {"attested": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"broken"}}},
    "packed with certificates": {"attested": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x", "x5c": [b"x"]}}},
    "a maker's attestation": {"attested": {"fmt": "tpm", "attStmt": {"ver": "2.0"}}},
    "an unknown format": {"attested": {"fmt": "evil", "attStmt": {}}},
    "a format that is no text": {"attested": {"fmt": 7, "attStmt": {}}},
    "no statement": {"attested": {"fmt": "none"}},
    "backed up but not able to be": {"flags": AT | BS},
}


@pytest.mark.parametrize("lie", LIES)
def test_wan_08_what_an_authenticator_can_not_rightly_attest_is_refused(owner, scope, lie):
    liar = Liar()
    for name, told in LIES[lie].items():
        setattr(liar, name, told(SoftwareKey()) if callable(told) else told)

    assert owner.add(liar).json["code"] == "passkey_not_accepted"
    assert keys_in(scope) == 0


def test_wan_08_a_body_of_a_megabyte_is_refused_unread(owner):
    assert owner.post("/account/passkeys", {"answer": {"id": "x" * 1_000_000}}).status_code == 413


@pytest.mark.parametrize("broken", ["attestationObject", "clientDataJSON"])
@pytest.mark.parametrize("bytes_", [b"", b"\x00", b"\xff" * 100, b"{" * 1000, b"\x9f" * 5000, b"null", b"[]", b'"x"'])
def test_wan_08_noise_is_refused_never_a_fault(owner, broken, bytes_):
    answer = SoftwareKey().create(owner.post("/account/passkeys/options").json)
    answer["response"][broken] = websafe_encode(bytes_)

    assert owner.post("/account/passkeys", {"answer": answer}).json["code"] == "passkey_not_accepted"


@pytest.mark.parametrize("broken", ["authenticatorData", "clientDataJSON", "signature", "userHandle"])
@pytest.mark.parametrize("told", [None, 7, [], {}, "", "é", "_" * 1000, "AA"])
def test_wan_08_noise_at_sign_in_is_refused_never_a_fault(page, key, broken, told):
    answer = key.get(page.ask())
    answer["response"][broken] = told

    assert page.answer(answer).json["code"] == "passkey_not_accepted"


def test_wan_08_a_key_without_presence_or_of_another_kind_is_refused(page, key):
    for flags in (UV, 0, UP | UV | BE):
        answer = key.get(page.ask())
        data = bytearray(websafe_decode(answer["response"]["authenticatorData"]))
        data[32] = flags
        answer["response"]["authenticatorData"] = websafe_encode(bytes(data))
        assert page.answer(resigned(key, answer)).json["code"] == "passkey_not_accepted", flags


def test_wan_08_the_owner_the_device_names_is_the_owner_we_know(page, key):
    for told in (websafe_encode(b"somebody else"), None):
        answer = key.get(page.ask())
        answer["response"]["userHandle"] = told
        assert page.answer(answer).json["code"] == "passkey_not_accepted"


def test_wan_08_another_key_can_not_sign_for_a_known_id(page, key):
    forger = SoftwareKey(credential_id=key.credential_id, user_handle=key.user_handle, count=key.count)

    assert page.sign_in(forger).json["code"] == "passkey_not_accepted"
    assert not is_in(page.client)
