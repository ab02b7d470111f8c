"""Bytes that no authenticator writes: refused for what is wrong with them, whatever the library makes of them (WAN-08)."""

from __future__ import annotations

import hashlib
import logging
from functools import partial
from types import MappingProxyType

import pytest
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.features.passkeys import verification
from watchword.features.passkeys.ceremony import Answered, RelyingParty
from watchword.features.passkeys.errors import PasskeyNotAccepted
from watchword.testing.software_key import AT, SoftwareKey

CHALLENGE = bytes(range(32))
SITE = RelyingParty(id="localhost", name="Example", origin="http://localhost")
ADD = MappingProxyType({"rp": {"id": SITE.id}, "user": {"id": "YW5uYQ"}, "challenge": websafe_encode(CHALLENGE)})
SHOW = MappingProxyType({"rpId": SITE.id, "challenge": websafe_encode(CHALLENGE)})
make = partial(verification.new_key, SITE, must_verify=False)
sign = partial(verification.assertion, SITE, must_verify=False)


def answered(answer, **response):
    return Answered(CHALLENGE, {**answer, "response": {**answer["response"], **response}})


class Odd(SoftwareKey):
    """A device that writes its key, and what stands after it, as it is told to."""

    flags = AT
    after = b""

    def odd_key(self, written):
        return written

    def authenticator_data(self, site, flags=0):
        return super().authenticator_data(site, self.flags if flags else 0)

    def public_key(self):
        return self.odd_key(super().public_key()) + self.after


def odd(**changed):
    key = Odd()
    for name, value in changed.items():
        setattr(key, name, value)
    return key


def attested(key, change=lambda written: written):
    """The answer of *key* with its attestation object changed."""
    answer = key.create(ADD)
    written = websafe_decode(answer["response"]["attestationObject"])
    return answered(answer, attestationObject=websafe_encode(change(written)))


def refused(caplog, act, *args, **options):
    """Why *act* was refused, as the log tells it."""
    caplog.set_level(logging.INFO, "watchword.passkeys")
    with pytest.raises(PasskeyNotAccepted):
        act(*args, **options)
    return caplog.messages[-1]


KEYS = {
    "an entry said twice": lambda key: b"\xa6" + key[1:] + b"\x03\x26",
    "an entry said as true": lambda key: b"\xa6" + key[1:] + b"\xf5\x02",
    "cut short": lambda key: key[:-1],
    "a number longer than it need be": lambda key: key.replace(b"\x03\x26", b"\x03\x38\x06"),
    "null": lambda key: b"\xa6" + key[1:] + b"\x18\x20\xf6",
}


@pytest.mark.parametrize("written", KEYS)
def test_wan_08_a_key_not_written_as_ctap2_says_is_refused(written, caplog):
    assert "form of CTAP2" in refused(caplog, make, attested(odd(odd_key=KEYS[written])))


OBJECTS = {
    "a format said twice": (lambda told: b"\xa4" + told[1:] + b"\x63fmt\x64none", "form of CTAP2"),
    "bytes after the end": (lambda told: told + b"\x00", "after the end"),
    "null for a statement": (lambda told: told.replace(b"attStmt\xa0", b"attStmt\xf6"), "form of CTAP2"),
    "false for a statement": (lambda told: told.replace(b"attStmt\xa0", b"attStmt\xf4"), "attestation"),
    "a number of bytes": (lambda told: told[: told.index(b"authData") + 8] + b"\x18\xff", "not bytes"),
    "very many bytes": (lambda told: told + bytes(8_192), "too many"),
}


@pytest.mark.parametrize("written", OBJECTS)
def test_wan_08_an_attestation_not_written_as_ctap2_says_is_refused(written, caplog):
    change, why = OBJECTS[written]

    assert why in refused(caplog, make, attested(SoftwareKey(), change))


def turned(written):
    """The map *written* with its last entry first."""
    entries = [cbor.encode(name) + cbor.encode(value) for name, value in cbor.decode(written).items()]
    return written[:1] + b"".join(reversed(entries))


def test_wan_08_the_order_of_entries_is_free_also_in_a_key_that_is_kept():
    key = odd(odd_key=turned)
    made = make(attested(key, turned))

    for kept in (made.public_key, turned(made.public_key)):
        assert sign(answered(key.get(SHOW)), public_key=kept)


def test_wan_08_what_a_device_adds_is_read_over_but_not_what_stands_behind_it(caplog):
    told = cbor.encode({"credProtect": 2})

    assert make(attested(odd(flags=AT | 0x80, after=told)))
    assert "length" in refused(caplog, make, attested(odd(flags=AT | 0x80, after=told + b"\x00")))
    assert "length" in refused(caplog, make, attested(odd(flags=AT, after=told)))
    assert "form of CTAP2" in refused(caplog, make, attested(odd(flags=AT | 0x80, after=b"\xa1\x61a\x62b")))


def test_wan_08_a_signature_over_very_many_bytes_is_refused_unread(caplog):
    answer = SoftwareKey().get(SHOW)
    data = websafe_decode(answer["response"]["authenticatorData"])
    added = b"\x59\x20\x00" + bytes(8_192)
    asked = answered(answer, authenticatorData=websafe_encode(data[:32] + b"\x85" + data[33:] + added))

    assert "too many" in refused(caplog, sign, asked, public_key=b"")


def self_attested(key, **changed):
    """What *key* says when it vouches for itself."""
    answer = key.create(ADD)
    told = cbor.decode(websafe_decode(answer["response"]["attestationObject"]))
    hashed = websafe_decode(answer["response"]["clientDataJSON"])
    signature = key.sign(told["authData"] + hashlib.sha256(hashed).digest())
    statement = {"alg": key.algorithm, "sig": signature, **changed}
    written = cbor.encode({**told, "fmt": "packed", "attStmt": statement})
    return answered(answer, attestationObject=websafe_encode(written))


def test_wan_08_a_key_vouches_for_itself_by_its_own_algorithm_and_nothing_else(caplog):
    assert make(self_attested(SoftwareKey()))
    assert "attestation" in refused(caplog, make, self_attested(SoftwareKey(), alg=-257))
    assert "InvalidSignature" in refused(caplog, make, self_attested(SoftwareKey(), sig=SoftwareKey().sign(b"else")))


@pytest.mark.parametrize("challenge", [32, 10**12, True, None, [], {}])
def test_wan_08_a_challenge_is_text(challenge, caplog):
    key = SoftwareKey(client_data={"challenge": challenge})

    assert "no text" in refused(caplog, make, answered(key.create(ADD)))


def test_wan_08_what_was_sent_fills_no_line_of_the_log(caplog):
    """An error about bytes that are no text repeats them: 64 KiB sent were 160 KB logged."""
    asked = answered(SoftwareKey().create(ADD), clientDataJSON=websafe_encode(b"\xff" * 40_000))

    assert len(refused(caplog, make, asked)) < 300


def test_wan_08_one_key_has_one_id(caplog):
    answer = SoftwareKey().create(ADD)

    for changed in ({"rawId": "AAAA"}, {"id": answer["id"] + "=="}, {"type": "password"}):
        assert "credential" in refused(caplog, make, answered({**answer, **changed}))


KEY = SoftwareKey()
VOUCHED = self_attested(KEY).answer
PLAIN = KEY.create(ADD)
SHOWN = KEY.get(SHOW)
KNOWN = make(Answered(CHALLENGE, PLAIN)).public_key
BYTES = st.binary(max_size=9)


@st.composite
def mutated(draw, answer, names):
    """*answer* with some bytes of one of *names* taken away, changed or put in."""
    name = draw(st.sampled_from(names))
    told = websafe_decode(answer["response"][name])
    start = draw(st.integers(0, len(told)))
    end = draw(st.integers(start, min(len(told), start + 9)))
    between = draw(st.one_of(BYTES, st.just(told[start:end] * 2), st.integers(0, 7).map(lambda bit: bytes([1 << bit]))))
    changed = told[:start] + between + told[end:]
    return answered(answer, **{name: websafe_encode(changed)}), changed == told


@settings(max_examples=700)
@given(mutated(VOUCHED, ["attestationObject", "clientDataJSON"]))
def test_wan_08_no_byte_of_a_key_that_vouches_for_itself_can_be_changed(drawn):
    answer, is_the_same = drawn
    if not is_the_same:
        with pytest.raises(PasskeyNotAccepted):
            make(answer)


@settings(max_examples=700)
@given(mutated(SHOWN, ["authenticatorData", "clientDataJSON", "signature"]))
def test_wan_08_no_byte_of_what_was_signed_can_be_changed(drawn):
    answer, is_the_same = drawn
    if not is_the_same:
        with pytest.raises(PasskeyNotAccepted):
            sign(answer, public_key=KNOWN)


@settings(max_examples=700)
@given(mutated(PLAIN, ["attestationObject", "clientDataJSON"]))
def test_wan_08_what_nobody_vouches_for_is_a_key_or_refused_never_a_fault(drawn):
    answer, _ = drawn
    try:
        key = make(answer)
    except PasskeyNotAccepted:
        return
    assert 16 <= len(key.credential_id) <= 1023
    assert key.backup_eligible or not key.backed_up
