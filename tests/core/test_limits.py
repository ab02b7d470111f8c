from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.together import together
from watchword.core.errors import TooManyTries
from watchword.core.limits import Bucket, Rate
from watchword.web.setup import setup_of

FIVE = Rate.of("test", "5/minute")


@pytest.fixture
def limits(app):
    with app.app_context():
        yield setup_of(app).tools.limits


def test_a_rate_lets_so_many_through_and_says_how_long_to_wait(limits, clock):
    for _ in range(5):
        limits.take(FIVE)
    clock.pass_(seconds=20)

    with pytest.raises(TooManyTries) as refused:
        limits.take(FIVE)
    assert refused.value.retry_after == 40


def test_a_window_over_is_a_new_window(limits, clock):
    for _ in range(5):
        limits.take(FIVE)
    clock.pass_(seconds=60)

    limits.take(FIVE)


def test_an_act_refused_by_one_rate_is_counted_by_none(limits):
    one, many = Rate.of("one", "1/minute"), Rate.of("many", "2/minute")
    limits.take(one, many)
    for _ in range(3):
        assert not limits.has_room(one, many)

    limits.take(many)


def test_exactly_so_many_of_many_at_once_get_through(limits):
    assert sum(together(40, lambda _: limits.has_room(FIVE))) == 5


def test_a_bucket_holds_two_and_refills_one_at_a_time(limits, clock):
    bucket = Bucket("mails", 2, timedelta(minutes=10))
    assert [limits.has_room(bucket) for _ in range(3)] == [True, True, False]
    clock.pass_(minutes=10)

    assert [limits.has_room(bucket) for _ in range(2)] == [True, False]


def test_a_bucket_left_alone_is_full_again_and_no_fuller(limits, clock):
    bucket = Bucket("mails", 2, timedelta(minutes=10))
    limits.take(bucket)
    clock.pass_(days=3)

    assert [limits.has_room(bucket) for _ in range(3)] == [True, True, False]


def test_a_right_guess_is_given_back(limits):
    for _ in range(20):
        limits.reserve(FIVE).right()


def test_wrong_guesses_fill_the_window(limits):
    for _ in range(5):
        limits.reserve(FIVE).wrong()

    with pytest.raises(TooManyTries):
        limits.reserve(FIVE)


def test_guesses_in_flight_let_the_next_wait_instead_of_being_refused(limits):
    def guess(_):
        reserved = limits.reserve(FIVE)
        reserved.right()
        return True

    assert all(together(32, guess))


def test_of_many_wrong_guesses_at_once_exactly_five_are_checked(limits):
    def guess(_):
        try:
            limits.reserve(FIVE).wrong()
        except TooManyTries:
            return 0
        return 1

    assert sum(together(32, guess)) == 5


def test_a_late_answer_does_not_change_the_next_window(limits, clock):
    late = limits.reserve(FIVE)
    clock.pass_(minutes=2)
    for _ in range(5):
        limits.reserve(FIVE).wrong()
    late.right()

    with pytest.raises(TooManyTries):
        limits.reserve(FIVE)


def test_a_guess_of_a_killed_process_blocks_nobody_for_long(limits, clock):
    for _ in range(5):
        limits.reserve(FIVE)
    clock.pass_(seconds=31)

    with pytest.raises(TooManyTries) as refused:
        limits.reserve(FIVE)
    assert refused.value.retry_after == 29


def test_windows_that_are_over_are_purged(limits, clock):
    limits.take(FIVE)
    clock.pass_(minutes=2)

    assert limits.purge() == 1
