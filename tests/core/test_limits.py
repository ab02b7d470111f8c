from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.counting import WHEREVER_COUNTED
from tests.support.together import together
from watchword.core.errors import TooManyTries
from watchword.core.limits import PENDING_SECONDS, Bucket, Delay, Full, Rate, Streak
from watchword.web.setup import setup_of

FIVE = Rate.of("test", "5/minute")
PAUSE = Delay("pause", 3, timedelta(seconds=30), timedelta(minutes=2), 3600)
ROW = Streak("row", 3, 10**8)


pytestmark = WHEREVER_COUNTED


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


def test_a_guess_refused_by_one_limit_is_counted_by_none(limits):
    one, many = Rate.of("one", "1/minute"), Rate.of("many", "2/minute")
    limits.reserve(many, one).wrong()

    assert isinstance(limits.try_to_reserve([many, one]), Full)

    assert limits.find(many.key).used == 1


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
        limits.reserve(FIVE)
    late.right()
    clock.pass_(seconds=PENDING_SECONDS)

    with pytest.raises(TooManyTries):
        limits.reserve(FIVE)


@pytest.mark.parametrize("ended", ["right", "wrong", "unchecked"])
def test_a_guess_whose_count_was_cleared_meanwhile_leaves_none(limits, ended):
    guess = limits.reserve(FIVE)
    limits.forget([FIVE.key])
    getattr(guess, ended)()

    assert limits.find(FIVE.key) is None


def test_a_guess_of_a_killed_process_blocks_nobody_for_long(limits, clock):
    for _ in range(5):
        limits.reserve(FIVE)
    clock.pass_(seconds=31)

    found = limits.try_to_reserve([FIVE])

    assert (found.only_in_flight, found.refusal(1).retry_after) == (False, 29)


def test_windows_that_are_over_are_purged(limits, clock):
    limits.take(FIVE)
    clock.pass_(minutes=2)

    limits.purge()
    assert limits.find(FIVE.key) is None
    assert limits.counts() == []


def wrong(limits, *wanted):
    guess = limits.reserve(*wanted)
    guess.wrong()
    return guess


def test_a_delay_grows_from_its_first_pause_to_its_longest(limits, clock):
    for _ in range(3):
        wrong(limits, PAUSE)
    waits = []
    for _ in range(4):
        with pytest.raises(TooManyTries) as refused:
            limits.reserve(PAUSE)
        waits.append(refused.value.retry_after)
        clock.pass_(seconds=waits[-1])
        wrong(limits, PAUSE)

    assert waits == [30, 60, 120, 120]


def test_after_a_pause_guesses_are_checked_one_at_a_time(limits, clock):
    for _ in range(3):
        wrong(limits, PAUSE)
    clock.pass_(seconds=30)
    in_flight = limits.try_to_reserve([PAUSE])

    assert isinstance(limits.try_to_reserve([PAUSE]), Full)
    in_flight.right()
    assert not isinstance(limits.try_to_reserve([PAUSE]), Full)


def test_a_right_guess_between_pauses_makes_the_next_wait_for_nothing(limits, clock):
    for _ in range(3):
        wrong(limits, PAUSE)
    clock.pass_(seconds=30)

    for _ in range(5):
        limits.reserve(PAUSE).right()


def test_a_full_streak_refuses_nothing_and_says_that_it_is_closed(limits):
    assert [wrong(limits, ROW, FIVE).fills_streak for _ in range(3)] == [False, False, True]

    assert limits.reserve(ROW, FIVE).is_closed


def test_a_right_guess_ends_a_streak_but_not_those_in_flight(limits):
    wrong(limits, ROW)
    in_flight = limits.reserve(ROW)
    limits.reserve(ROW).right()
    in_flight.wrong()
    assert not wrong(limits, ROW).is_closed
    assert not wrong(limits, ROW).is_closed

    assert limits.reserve(ROW).is_closed


def test_a_guess_that_could_not_be_checked_ends_no_streak(limits):
    wrong(limits, ROW)
    wrong(limits, ROW)
    limits.reserve(ROW).unchecked()

    assert wrong(limits, ROW).fills_streak


def test_of_many_right_guesses_at_once_none_finds_a_streak_closed(limits):
    def guess(_):
        reserved = limits.reserve(ROW)
        reserved.right()
        return reserved.is_closed

    assert not any(together(16, guess))


def test_refusals_of_a_limit_are_numbered_by_the_hour_each_once(limits, clock):
    def number(_):
        with pytest.raises(TooManyTries) as refused:
            limits.take(FIVE)
        return refused.value.number

    for _ in range(5):
        limits.take(FIVE)

    assert sorted(together(16, number)) == list(range(1, 17))
    clock.pass_(hours=1)
    for _ in range(5):
        limits.reserve(FIVE).wrong()
    assert number(None) == 1


def test_counts_say_what_is_full_and_until_when(limits, clock):
    for _ in range(5):
        limits.take(FIVE)
    limits.take(Bucket("mails:x", 2, timedelta(minutes=10)))
    now = int(clock.now().timestamp() * 1000)

    found = {count.key: (count.rule, count.who, count.is_full(now)) for count in limits.counts()}
    assert found == {"mails:x": ("mails", "x", False), "test:minute": ("test", "minute", True)}
    assert limits.forget(["test:minute", "unknown"]) == 1
    assert limits.left(FIVE) == 5


def test_a_full_streak_stays_full_and_nobody_waits_for_those_who_find_it_so(limits):
    for _ in range(3):
        wrong(limits, ROW)

    in_flight = [limits.reserve(ROW) for _ in range(3)]
    assert all(each.is_closed for each in in_flight)
    assert not any(each.fills_streak for each in in_flight)
    for each in in_flight:
        each.wrong()
    found = limits.find(ROW.key)
    assert (found.used, found.opens_at) == (3, found.ends_at)


def test_a_guess_at_a_full_streak_waits_for_the_one_that_may_be_right(limits):
    wrong(limits, ROW)
    wrong(limits, ROW)
    last = limits.reserve(ROW)

    found = limits.try_to_reserve([ROW])
    assert found.only_in_flight
    last.right()
    assert not limits.reserve(ROW).is_closed
