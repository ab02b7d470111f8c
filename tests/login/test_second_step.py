"""The second step, with factors made up for the test."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.support.together import together
from watchword.core.errors import TooManyTries
from watchword.core.feature import SecondFactor
from watchword.core.scope import Caller, Scope
from watchword.features.audit.models import AuditRow
from watchword.features.login import second_step, service
from watchword.features.login.errors import LoginNotWaiting, SecondStepNotPossible, WrongSignIn
from watchword.features.login.outcomes import NextStep, SignedIn
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD
from watchword.web.setup import setup_of


def factor(proof, strength, *, has=True):
    return SecondFactor(
        proof=proof, label=proof, endpoint=f"pages.{proof}", strength=strength, has=lambda _scope, _user: has
    )


CODE, KEY = factor("otp", 20), factor("hwk", 30)


@pytest.fixture
def scope_with(app):
    opened = []

    def make(*factors):
        opened.append(Scope(replace(setup_of(app).tools, second_factors=factors), Caller(ip="192.0.2.1")))
        return opened[-1]

    with app.app_context():
        yield make
    for scope in opened:
        scope.close()


def start(scope, proofs=("pwd",)):
    outcome = service.proceed(scope, 1, set(proofs))
    scope.commit()
    return outcome


def wrong():
    raise WrongSignIn


def guess(scope, waiting, check):
    user_id = service.use_a_try(scope, waiting)
    proof = service.guess_second_proof(scope, user_id, check)
    outcome = service.passed(scope, waiting, proof)
    scope.commit()
    return outcome


def guess_wrong(scope, waiting):
    with pytest.raises(WrongSignIn):
        guess(scope, waiting, wrong)
    scope.commit()


@pytest.mark.parametrize(
    ("proofs", "are_two"),
    [
        ("pwd", False),
        ("pwd otp", True),
        ("pwd hwk", True),
        ("fed otp", True),
        ("swk user", True),
        ("otp hwk", False),
        ("pwd fed", False),
        ("hwk", False),
        ("", False),
        ("something else", False),
    ],
)
def test_two_factors_are_two_of_different_kinds(proofs, are_two):
    assert service.shows_two_factors(proofs.split()) is are_two


def test_the_strongest_factor_is_asked_first_and_the_others_are_known(scope_with, anna):
    scope = scope_with(CODE, KEY, factor("sms", 90, has=False))

    assert start(scope).endpoint == "pages.hwk"
    assert [each.proof for each in service.second_factors_of(scope, anna)] == ["hwk", "otp"]


def test_who_has_no_second_factor_is_signed_in_by_one(scope_with, anna):
    assert isinstance(start(scope_with(factor("otp", 20, has=False))), SignedIn)


def test_two_factors_shown_at_once_need_no_second_step(scope_with, anna):
    assert isinstance(start(scope_with(CODE), ("swk", "user")), SignedIn)


def test_a_key_without_verification_never_counts_twice(scope_with, anna):
    with pytest.raises(SecondStepNotPossible):
        service.proceed(scope_with(KEY, CODE), anna, {"hwk"})


def test_a_right_proof_opens_the_session_that_shows_both(scope_with, anna):
    scope = scope_with(CODE)
    outcome = guess(scope, start(scope).waiting, lambda: "otp")

    assert sessions.visitor(scope, outcome.session).proofs == {"pwd", "otp"}


def test_after_five_wrong_proofs_the_sign_in_is_over(scope_with, anna):
    scope = scope_with(CODE)
    waiting = start(scope).waiting
    for _ in range(5):
        guess_wrong(scope, waiting)

    with pytest.raises(LoginNotWaiting):
        guess(scope, waiting, lambda: "otp")


def ten_wrong(scope):
    for _ in range(2):
        waiting = start(scope).waiting
        for _ in range(5):
            guess_wrong(scope, waiting)


def test_ten_wrong_proofs_an_hour_close_the_second_step_whatever_else_goes_right(scope_with, anna, clock):
    scope = scope_with(CODE)
    waiting = start(scope).waiting
    for _ in range(4):
        guess_wrong(scope, waiting)
    assert isinstance(guess(scope, waiting, lambda: "otp"), SignedIn)  # takes nothing of the count back
    for _ in range(2):
        waiting = start(scope).waiting
        for _ in range(3):
            guess_wrong(scope, waiting)

    with pytest.raises(TooManyTries):
        guess(scope, start(scope).waiting, lambda: "otp")
    scope.undo()
    clock.pass_(hours=1)
    assert isinstance(guess(scope, start(scope).waiting, lambda: "otp"), SignedIn)


def told(scope):
    return len(scope.read.execute(select(AuditRow.id).where(AuditRow.name == "login.second_step_closed")).all())


def test_closing_it_is_told_once_for_each_hour(scope_with, anna, clock):
    scope = scope_with(CODE)
    ten_wrong(scope)
    assert told(scope) == 1
    waiting = start(scope).waiting
    for _ in range(3):
        with pytest.raises(TooManyTries):
            guess(scope, waiting, wrong)
        scope.undo()
    assert told(scope) == 1

    clock.pass_(hours=1)
    ten_wrong(scope)
    assert told(scope) == 2


def test_a_fault_while_checking_is_no_wrong_guess(scope_with, anna):
    scope = scope_with(CODE)

    def breaks():
        raise RuntimeError

    for _ in range(11):
        with pytest.raises(RuntimeError):
            service.guess_second_proof(scope, anna, breaks)

    assert service.guess_second_proof(scope, anna, lambda: "otp") == "otp"


def test_of_24_wrong_proofs_at_once_ten_are_checked_and_the_owner_is_told_once(app, scope_with, anna):
    waiting = [start(scope_with(CODE)).waiting for _ in range(24)]
    scopes = [scope_with(CODE) for _ in range(24)]

    def try_one(number):
        with app.app_context():
            try:
                guess(scopes[number], waiting[number], wrong)
            except (WrongSignIn, TooManyTries) as refusal:
                scopes[number].commit()
                return refusal.code
            finally:
                scopes[number].close()

    assert Counter(together(24, try_one)) == {"wrong_sign_in": 10, "too_many_tries": 14}
    assert told(scope_with()) == 1


def test_of_eight_wrong_proofs_at_once_in_one_sign_in_five_are_checked(app, scope_with, anna):
    waiting = start(scope_with(CODE)).waiting
    scopes = [scope_with(CODE) for _ in range(8)]

    def try_one(number):
        with app.app_context():
            try:
                guess(scopes[number], waiting, wrong)
            except (WrongSignIn, LoginNotWaiting) as refusal:
                scopes[number].commit()
                return refusal.code
            finally:
                scopes[number].close()

    assert Counter(together(8, try_one)) == {"wrong_sign_in": 5, "login_not_waiting": 3}


def test_a_password_alone_goes_no_further_than_the_second_step(scope_with, anna):
    scope = scope_with(CODE)

    assert isinstance(service.with_password(scope, "anna", PASSWORD), NextStep)
    scope.commit()
    assert sessions.list_for(scope, anna) == []
    assert second_step.TRIES == 5
