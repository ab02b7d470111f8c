from __future__ import annotations

import os
import subprocess
import sys
import threading
from hashlib import pbkdf2_hmac

import pytest

from tests.support.together import together
from watchword.core.errors import Busy
from watchword.core.passwords import MEMORY_KIB, PASSES, Argon2, Bound
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


def test_another_systems_hash_is_checked_and_outdated():
    hasher, stored = cheap_hasher(), "pbkdf2:sha256:1$salt$" + pbkdf2_hmac("sha256", b"right", b"salt", 1).hex()

    assert hasher.verify(stored, "right")
    assert not hasher.verify(stored, "wrong")
    assert hasher.outdated(stored)


class Occupied:
    """A hasher whose only slot is taken until `leave` is called."""

    def __init__(self, **bound):
        self.hasher = Argon2(memory_kib=8, passes=1, bound=Bound(at_once=1, **bound))
        self.entered, self.released = threading.Event(), threading.Event()
        self.first = threading.Thread(target=self.hasher._line.wait_for, args=(self._occupy,))
        self.first.start()
        self.entered.wait(30)

    def _occupy(self):
        self.entered.set()
        self.released.wait(30)

    def leave(self):
        self.released.set()
        self.first.join()


def test_a_full_line_is_busy_and_not_endless():
    occupied = Occupied(line=0)

    with pytest.raises(Busy) as refused:
        occupied.hasher.hash("y")
    assert refused.value.retry_after
    assert (occupied.hasher.in_line, occupied.hasher.places) == (1, 1)
    occupied.leave()
    assert occupied.hasher.hash("z")
    assert occupied.hasher.in_line == 0


def test_who_waits_too_long_is_told_to_come_back_and_leaves_the_line():
    occupied = Occupied(line=1, patience=0.01)

    for _ in range(3):
        with pytest.raises(Busy):
            occupied.hasher.hash("y")
    occupied.leave()
    assert occupied.hasher.hash("z")


def test_who_came_first_is_served_first():
    occupied, served = Occupied(line=40), []
    waiting = []
    for number in range(20):
        thread = threading.Thread(
            target=occupied.hasher._line.wait_for, args=(lambda number=number: served.append(number),)
        )
        thread.start()
        while occupied.hasher._line._threads._work_queue.qsize() <= number:
            pass
        waiting.append(thread)
    occupied.leave()
    for thread in waiting:
        thread.join()

    assert served == list(range(20))


def test_no_more_than_allowed_are_hashed_side_by_side():
    hasher, inside, most = Argon2(memory_kib=8, passes=1, bound=Bound(at_once=2)), set(), []

    def work(number):
        inside.add(number)
        most.append(len(inside))
        inside.discard(number)

    together(32, lambda number: hasher._line.wait_for(lambda: work(number)))
    assert max(most) <= 2
    assert len(most) == 32


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_process_that_was_forked_off_hashes_by_itself():
    code = (
        "import os; from watchword.testing import cheap_hasher as c; h = c(); s = h.hash('x'); pid = os.fork();"
        "ok = h.verify(s, 'x'); pid or os._exit(0 if ok else 3);"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "ignore"}

    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=120, check=False).returncode == 0
