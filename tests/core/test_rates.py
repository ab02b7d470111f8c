from __future__ import annotations

import pytest

from watchword.core.errors import TooManyTries
from watchword.core.limits import Rate


@pytest.mark.parametrize("text", ["5", "5/fortnight", "x/minute", "-1/minute", "/minute"])
def test_a_rate_that_says_nothing_is_a_mistake(text):
    with pytest.raises(ValueError, match="is no rate"):
        Rate.of("x", text)


@pytest.mark.parametrize("amount", ["0", "2147483648", "9" * 30])
def test_a_rate_that_no_count_can_hold_is_a_mistake(amount):
    with pytest.raises(ValueError, match="is no rate"):
        Rate.of("x", f"{amount}/minute")


@pytest.mark.parametrize("seconds", [0, -1, 2**62])
def test_a_rate_in_a_time_that_no_count_can_hold_is_a_mistake(seconds):
    with pytest.raises(ValueError, match="is no rate"):
        Rate("x", 5, seconds)


def test_a_key_as_long_as_may_be_refuses_and_its_refusals_are_numbered(scope):
    rates = [Rate.of("invite:" + "k" * 105 + last, "1/minute") for last in "ab"]
    scope.take(*rates)

    for rate, number in ((rates[0], 1), (rates[0], 2), (rates[1], 1)):
        with pytest.raises(TooManyTries) as refused:
            scope.take(rate)
        assert (len(rate.key), refused.value.number) == (120, number)
    assert all(len(count.key) <= 120 for count in scope.limits.counts())
