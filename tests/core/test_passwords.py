from __future__ import annotations

import threading

import pytest

from watchword.core.errors import Busy
from watchword.core.passwords import MEMORY_KIB, PASSES, Argon2
from watchword.testing import cheap_hasher


def test_the_default_cost_is_what_owasp_asks():
    stored = Argon2().hash("x")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (MEMORY_KIB, PASSES) == (19456, 2)


def test_a_password_opens_its_own_hash_only():
    hasher = cheap_hasher()
    stored = hasher.hash("right")

    assert hasher.verify(stored, "right")
    assert not hasher.verify(stored, "wrong")


@pytest.mark.parametrize("pair", [("a" * 72 + "b", "a" * 72 + "c"), ("abc\0def", "abc"), ("é" * 36 + "x", "é" * 36)])
def test_no_byte_of_a_password_is_ignored(pair):
    hasher = cheap_hasher()

    assert not hasher.verify(hasher.hash(pair[0]), pair[1])


def test_nobody_has_no_right_password():
    assert not cheap_hasher().verify(None, "anything")


def test_nobody_is_checked_against_a_whole_hash():
    hasher, checked = cheap_hasher(), []
    real = hasher._argon2.verify
    hasher._argon2 = type("Spy", (), {"verify": lambda _, stored, raw: checked.append(stored) or real(stored, raw)})()

    hasher.verify(None, "anything")

    assert checked == [hasher._decoy]


def test_the_decoy_costs_what_a_real_hash_costs():
    hasher = Argon2(memory_kib=64, passes=3)

    assert hasher.hash("x").split("$")[:4] == hasher._decoy.split("$")[:4]
    assert not hasher.outdated(hasher._decoy)


@pytest.mark.parametrize("stored", ["", "x", "$2b$12$abc", "pbkdf2:sha256:1$x$y", "$argon2id$v=19$m=1$broken", "\x00"])
def test_an_unknown_scheme_is_refused_and_no_fault(stored):
    assert not cheap_hasher().verify(stored or "!", "x")


def test_a_hash_with_older_parameters_is_outdated():
    assert Argon2(memory_kib=64, passes=2).outdated(Argon2(memory_kib=64, passes=1).hash("x"))


def test_a_full_line_is_busy_and_not_endless():
    hasher = Argon2(memory_kib=8, passes=1, at_once=1, line=1)
    entered, leave = threading.Event(), threading.Event()

    def occupy():
        with hasher._slots.one():
            entered.set()
            leave.wait(30)

    first = threading.Thread(target=occupy)
    first.start()
    entered.wait(30)
    waiting = threading.Thread(target=hasher.hash, args=("x",))
    waiting.start()
    while hasher._slots._line._value:  # until the second stands in the line
        pass

    with pytest.raises(Busy):
        hasher.hash("y")
    leave.set()
    first.join()
    waiting.join()
    assert hasher.hash("z")
