"""The rules for guesses at a password, each on both databases; parallel ones are in walks/test_parallel.py."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.login.trying import WRONG, fail, fill_the_minute, refused, sign_in
from watchword.core.errors import TooManyTries
from watchword.features.accounts import service as accounts
from watchword.features.audit.models import AuditRow
from watchword.features.login import guessing, service
from watchword.features.login.config import LoginConfig
from watchword.features.login.errors import WrongSignIn
from watchword.testing import PASSWORD
from watchword.web.setup import setup_of


@pytest.fixture
def app(make_app):
    """Twenty failures in a row instead of a hundred: a fifth of the time."""
    return make_app(WATCHWORD_LOGIN_GUESSES_IN_A_ROW=20)


@pytest.fixture
def guess_at(new_scope, clock):
    """`guess_at("anna", 12)`: so many wrong guesses from as many addresses, each after its pause."""
    addresses = iter(range(1, 250))

    def act(identifier, times):
        for _ in range(times):
            scope = new_scope(ip=f"198.51.100.{next(addresses)}")
            try:
                service.with_password(scope, identifier, WRONG)
            except TooManyTries as refusal:
                clock.pass_(seconds=refusal.retry_after)
                scope.commit()
                fail(scope, identifier)
            except WrongSignIn:
                scope.commit()
            scope.close()

    return act


# the caller's address


def test_five_wrong_guesses_a_minute_then_wait(scope, anna, clock):
    fill_the_minute(scope)

    assert refused(scope).retry_after == 60
    clock.pass_(seconds=61)
    sign_in(scope)


def test_fifty_wrong_guesses_an_hour_then_wait(scope, anna, clock):
    for _ in range(10):
        fill_the_minute(scope)
        clock.pass_(seconds=61)

    assert 60 < refused(scope).retry_after <= 3600


def test_right_passwords_are_never_refused_for_their_number(scope, anna):
    for _ in range(60):
        sign_in(scope)


def test_a_success_does_not_wipe_the_count_of_the_address(scope, anna):
    for _ in range(4):
        fail(scope)
    sign_in(scope)
    fail(scope)

    assert refused(scope, password=WRONG).rule == guessing.BY_ADDRESS


# what was typed


@pytest.mark.parametrize("identifier", ["anna", "nobody", "anna@example.com", "nobody@example.com"])
def test_after_ten_failures_a_name_waits_longer_and_longer_whoever_has_it(new_scope, anna, guess_at, clock, identifier):
    guess_at(identifier, 10)
    waits = []
    for _ in range(9):
        scope = new_scope(ip="203.0.113.9")
        waits.append(refused(scope, identifier).retry_after)
        clock.pass_(seconds=waits[-1])
        fail(scope, identifier)

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.parametrize(
    ("spellings", "other"),
    [
        (["anna", "ANNA", " Anna ", "\uff41\uff4e\uff4e\uff41"], "berta"),
        (["a.nna@example.com", "ANNA@Example.com", " anna+1@example.com "], "berta@example.com"),
        (["x\x00y", "X\x00Y "], "x"),
    ],
)
def test_all_spellings_of_a_name_are_one_name(new_scope, anna, guess_at, spellings, other):
    for number in range(10):
        guess_at(spellings[number % len(spellings)], 1)

    for spelling in spellings:
        assert refused(new_scope(), spelling).rule == guessing.BY_NAME
    fail(new_scope(), other)


def test_a_name_is_forgotten_a_day_after_its_first_failure(new_scope, anna, guess_at, clock):
    guess_at("anna", 12)
    clock.pass_(days=1)

    sign_in(new_scope())


def test_a_right_guess_after_a_pause_makes_nobody_wait_again(new_scope, anna, guess_at, clock):
    guess_at("anna", 10)
    clock.pass_(seconds=30)

    for _ in range(3):
        sign_in(new_scope())


# the user


def closed(guess_at):
    guess_at("anna", 10)
    guess_at("anna@example.com", 10)


def test_a_hundred_failures_in_a_row_are_what_a_user_has(make_app):
    app = make_app()

    assert setup_of(app).tools.config[LoginConfig].guesses_in_a_row == 100


def test_so_many_failures_in_a_row_close_the_password_way_with_the_usual_answer(new_scope, anna, guess_at, clock):
    closed(guess_at)
    clock.pass_(days=2)

    for _ in range(2):
        fail(new_scope(), password=PASSWORD)


def test_a_known_device_still_signs_in_when_the_way_is_closed(new_scope, anna, guess_at):
    device = sign_in(new_scope()).device
    closed(guess_at)

    sign_in(new_scope(device=device))


def test_a_success_on_a_known_device_does_not_open_the_way_to_guessers(new_scope, anna, guess_at, clock):
    device = sign_in(new_scope()).device
    closed(guess_at)
    sign_in(new_scope(device=device))
    clock.pass_(days=2)

    fail(new_scope(), password=PASSWORD)


def test_a_new_password_opens_the_way_again(new_scope, anna, guess_at, clock):
    closed(guess_at)
    clock.pass_(days=2)
    scope = new_scope()
    accounts.set_password(scope, accounts.get(scope, anna), scope.tools.hasher.hash("seven maple trees in the wind"))
    scope.commit()

    sign_in(new_scope(), password="seven maple trees in the wind")


def test_a_success_ends_the_row(new_scope, anna, guess_at, clock):
    guess_at("anna", 10)
    guess_at("anna@example.com", 9)
    clock.pass_(days=2)
    sign_in(new_scope())
    guess_at("anna", 10)
    clock.pass_(days=2)

    sign_in(new_scope())


def test_the_way_is_closed_once_with_an_event_and_refusals_are_told_apart(new_scope, anna, guess_at):
    closed(guess_at)
    guess_at("anna", 3)

    rows = new_scope().read.execute(select(AuditRow.name, AuditRow.facts).where(AuditRow.user_id == anna)).all()
    assert [row.name for row in rows].count("login.closed_to_unknown_devices") == 1
    assert sum(guessing.BY_USER in row.facts for row in rows) == 3


def test_the_owner_is_mailed_once_that_the_way_is_closed_and_how_to_open_it(anna, guess_at, deliver, mailbox):
    closed(guess_at)
    guess_at("anna", 3)
    deliver()

    (told,) = [mail for mail in mailbox.to("anna@example.com") if "guessing your password" in mail["Subject"]]
    text = told.get_body(("plain",)).get_content()
    assert "Your own devices work as before" in text
    assert "198.51.100." in text
    assert "http://localhost/secure-account/" in text


def test_a_known_device_is_not_stopped_by_guesses_at_its_name(new_scope, anna, guess_at):
    device = sign_in(new_scope()).device
    guess_at("anna", 12)

    sign_in(new_scope(device=device))


def fail_on(new_scope, clock, device, times):
    """So many failures on a known device, ten an hour."""
    for number in range(times):
        if number % 10 == 0:
            clock.pass_(hours=1)
        fail(new_scope(device=device))


def test_a_device_that_fails_too_often_in_a_row_is_a_stranger_and_the_others_stay_known(new_scope, anna, clock):
    stolen, other = (sign_in(new_scope()).device for _ in range(2))
    fail_on(new_scope, clock, stolen, 20)
    clock.pass_(hours=1)
    fill_the_minute(new_scope())

    assert refused(new_scope(device=stolen)).rule == guessing.BY_ADDRESS
    assert sign_in(new_scope(device=other))
    clock.pass_(minutes=1)
    assert sign_in(new_scope(device=stolen))


def test_a_right_password_ends_the_row_of_its_device(new_scope, anna, clock):
    device = sign_in(new_scope()).device
    for _ in range(2):
        fail_on(new_scope, clock, device, 19)
        clock.pass_(hours=1)
        device = sign_in(new_scope(device=device)).device
    fill_the_minute(new_scope())

    sign_in(new_scope(device=device))


# what is told


def test_a_refusal_by_a_limit_is_in_the_audit_log_with_its_rule_and_nothing_typed(scope, anna):
    fill_the_minute(scope)
    refused(scope)

    row = scope.read.execute(select(AuditRow.name, AuditRow.user_id, AuditRow.facts)).all()[-1]
    assert (row.name, row.user_id) == ("login.refused", anna)
    assert row.facts == '{"why":"sign_in_address","wait":60,"times":1}'


def test_nothing_typed_stands_in_a_key(app, scope, anna):
    fail(scope, "anna")
    fail(scope, "someone@example.com")

    with app.app_context():
        keys = " ".join(count.key for count in scope.limits.counts())
    assert "anna" not in keys
    assert "someone" not in keys
