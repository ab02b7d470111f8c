from __future__ import annotations

import pytest

from watchword.core.crypto import Keys

OLD, NEW = "o" * 40, "n" * 40


def test_what_is_encrypted_for_one_purpose_does_not_open_for_another():
    keys = Keys(NEW)

    assert keys.decrypt(keys.encrypt(b"secret", "outbox"), "outbox") == b"secret"
    assert keys.decrypt(keys.encrypt(b"secret", "outbox"), "totp") is None


def test_what_is_signed_for_one_purpose_is_nothing_for_another():
    keys = Keys(NEW)

    assert keys.unsign(keys.sign({"a": 1}, "link"), "link", 60) == {"a": 1}
    assert keys.unsign(keys.sign({"a": 1}, "link"), "pre-login", 60) is None


def test_a_rotated_key_still_reads_and_never_writes():
    before, during, after = Keys(OLD), Keys(NEW, [OLD]), Keys(NEW)
    sealed, signed = before.encrypt(b"x", "p"), before.sign("x", "p")

    assert during.decrypt(sealed, "p") == b"x"
    assert during.unsign(signed, "p", 60) == "x"
    assert after.decrypt(during.encrypt(b"x", "p"), "p") == b"x"
    assert after.unsign(during.sign("x", "p"), "p", 60) == "x"
    assert after.decrypt(sealed, "p") is None
    assert after.unsign(signed, "p", 60) is None


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "\x00", "é", "." * 5000, "\ud800"])
def test_a_forged_value_is_none_and_no_fault(forged):
    assert Keys(NEW).unsign(forged, "p", 60) is None


@pytest.mark.parametrize("value", ["", "short", {"csrf": "x" * 43}, "مرحبا 🔑", "words " * 500])
def test_what_is_signed_comes_back_as_it_was_whatever_its_length(value):
    keys = Keys(NEW)

    assert keys.unsign(keys.sign(value, "p"), "p", 60) == value


def test_what_is_long_is_pressed_to_fit_a_cookie():
    assert len(Keys(NEW).sign("words " * 500, "p")) < 300


def test_a_changed_byte_makes_it_nothing():
    keys = Keys(NEW)
    signed = keys.sign("value", "p")
    for place in range(len(signed)):
        changed = signed[:place] + ("A" if signed[place] != "A" else "B") + signed[place + 1 :]
        assert keys.unsign(changed, "p", 60) is None


def test_keyed_fingerprints_depend_on_the_key_and_the_purpose():
    assert Keys(NEW).keyed("a", "x") == Keys(NEW).keyed("a", "x")
    assert len({Keys(NEW).keyed("a", "x"), Keys(OLD).keyed("a", "x"), Keys(NEW).keyed("b", "x")}) == 3


def test_what_is_kept_is_what_would_be_made_for_each_purpose_text_and_key():
    keys = Keys(NEW)
    asked = [("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")]

    assert [keys.keyed_again(*each) for each in asked] == [keys.keyed_bytes(*each) for each in asked]
    assert Keys(OLD).keyed_again("a", "x") != keys.keyed_again("a", "x")
