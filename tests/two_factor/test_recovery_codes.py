from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from tests.support.together import after_look, together
from tests.two_factor.apps import begin_login, code_now, refused, set_up
from watchword.features.login.outcomes import SignedIn
from watchword.features.two_factor import authenticators, recovery_codes, service
from watchword.features.two_factor.errors import (
    CodeUsed,
    NoSecondFactor,
    WrongCode,
)
from watchword.features.two_factor.models import RecoveryCode
from watchword.testing import make_user


def test_the_first_app_brings_ten_recovery_codes_and_the_second_none(scope, anna):
    _, first = set_up(scope, anna)
    _, second = set_up(scope, anna)

    assert len(set(first)) == 10
    assert second == []
    assert recovery_codes.left(scope, anna) == 10


def test_a_recovery_code_holds_80_bits_and_only_its_sealed_fingerprint_is_kept(scope, anna):
    _, codes = set_up(scope, anna)

    assert {len(recovery_codes.normalised(code)) * 5 for code in codes} == {80}
    kept = b"".join(scope.read.execute(select(RecoveryCode.sealed)).scalars())
    assert not any(recovery_codes.normalised(code).encode() in kept for code in codes)


@pytest.mark.parametrize(
    "spelt", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " ") + " ", str.upper]
)
def test_a_recovery_code_works_however_it_is_spelt_and_once(scope, anna, spelt):
    code = set_up(scope, anna)[1][3]

    assert isinstance(service.finish_login(scope, begin_login(scope).waiting, spelt(code)), SignedIn)
    scope.commit()

    assert recovery_codes.left(scope, anna) == 9
    refused(scope, WrongCode, service.finish_login, begin_login(scope).waiting, code)


def test_a_recovery_code_of_somebody_else_or_of_an_older_set_opens_nothing(app, scope, anna):
    berta = make_user(app, "berta")
    theirs = set_up(scope, berta)[1][0]
    old = set_up(scope, anna)[1][0]
    service.new_recovery_codes(scope, anna)
    scope.commit()

    for code in (theirs, old):
        refused(scope, WrongCode, service.finish_login, begin_login(scope).waiting, code)
    assert recovery_codes.left(scope, anna) == recovery_codes.left(scope, berta) == 10


def test_mfa_13_a_recovery_code_used_between_the_look_and_the_use_opens_nothing(app, new_scope, anna):
    code = set_up(new_scope(), anna)[1][0]
    first, second = new_scope(), new_scope()

    def use_it_too():
        recovery_codes.use(second, anna, code)
        second.commit()

    with after_look(1, app, use_it_too):
        refused(first, WrongCode, recovery_codes.use, anna, code)
    assert recovery_codes.left(first, anna) == 9


def test_one_recovery_code_posted_six_times_at_once_opens_one_session(app, new_scope, anna):
    code = set_up(new_scope(), anna)[1][0]
    scopes = [new_scope() for _ in range(6)]
    waiting = [begin_login(scope).waiting for scope in scopes]

    def post(number):
        with app.app_context():
            try:
                service.finish_login(scopes[number], waiting[number], code)
            except WrongCode:
                return "wrong"
            else:
                return "signed in"
            finally:
                scopes[number].commit()
                scopes[number].close()

    assert Counter(together(6, post)) == {"signed in": 1, "wrong": 5}
    assert recovery_codes.left(new_scope(), anna) == 9


def test_recovery_codes_stand_in_for_a_factor_and_never_alone(scope, anna):
    with pytest.raises(NoSecondFactor):
        service.new_recovery_codes(scope, anna)
    set_up(scope, anna)
    (only,) = authenticators.list_for(scope, anna)

    service.remove(scope, anna, only.handle)
    scope.commit()

    assert recovery_codes.left(scope, anna) == 0
    assert isinstance(begin_login(scope), SignedIn)


def test_confirming_takes_a_code_of_the_app_and_no_recovery_code(scope, anna, clock):
    secret, codes = set_up(scope, anna)
    clock.pass_(minutes=1)

    refused(scope, WrongCode, service.confirm, anna, {"code": codes[0]})
    assert recovery_codes.left(scope, anna) == 10
    assert service.confirm(scope, anna, {"code": code_now(scope, secret)}) == "otp"
    refused(scope, CodeUsed, service.confirm, anna, {"code": code_now(scope, secret)})
