"""A patient guesser with an address for every guess, who waits out each pause: two thousand guesses over months."""

from __future__ import annotations

import pytest

from watchword.core.errors import TooManyTries
from watchword.features.login import service
from watchword.features.login.errors import WrongSignIn
from watchword.testing import PASSWORD

GUESSES = 2000


@pytest.mark.slow
def test_rl_10_a_slow_drip_never_finds_the_password_though_the_owner_signs_in_every_day(new_scope, anna, clock):
    device, tried = None, 0
    for number in range(GUESSES):
        if number % 24 == 0:
            owner = new_scope(device=device)
            device = service.with_password(owner, "anna", PASSWORD).device
            owner.commit()
            owner.close()
        password = PASSWORD if number == GUESSES - 1 else f"wrong password number {number}"
        tried += _guess(new_scope, clock, number, password)

    assert tried == GUESSES


def _guess(new_scope, clock, number, password):
    """Guess from an address of its own, waiting as long as it is told to; fails when the guess was right."""
    while True:
        scope = new_scope(ip=f"10.{number >> 8}.{number & 255}.7")
        try:
            service.with_password(scope, "anna", password)
        except WrongSignIn:
            return 1
        except TooManyTries as refusal:
            clock.pass_(seconds=refusal.retry_after)
        else:
            pytest.fail(f"found at guess {number}")
        finally:
            scope.commit()
            scope.close()
