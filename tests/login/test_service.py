from __future__ import annotations

import pytest
from sqlalchemy import select, update

from watchword.features.accounts.models import User
from watchword.features.audit.models import AuditRow
from watchword.features.login import service
from watchword.features.login.errors import LoginNotWaiting, WrongSignIn
from watchword.features.login.outcomes import NextStep, SignedIn
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD, make_user


def sign_in(scope, identifier="anna", password=PASSWORD, **options):
    outcome = service.with_password(scope, identifier, password, **options)
    scope.commit()
    return outcome


def fail(scope, identifier="anna"):
    with pytest.raises(WrongSignIn):
        service.with_password(scope, identifier, "not the password at all")
    scope.commit()


@pytest.mark.parametrize("identifier", ["anna", "ANNA", " Anna ", "anna@example.com", "Anna@EXAMPLE.com"])
def test_the_right_password_opens_a_session_by_name_and_by_address(scope, anna, identifier):
    outcome = sign_in(scope, identifier)

    assert isinstance(outcome, SignedIn)
    assert sessions.visitor(scope, outcome.session).id == anna


@pytest.mark.parametrize("identifier", ["anna", "nobody", "nobody@example.com", "", "@", "\x00", "a" * 5000])
def test_a_wrong_password_and_an_unknown_name_are_refused_alike(scope, anna, identifier):
    fail(scope, identifier)


def test_a_closed_account_is_refused_like_a_wrong_password(scope, anna):
    scope.db.execute(update(User).values(closed_at=scope.now))
    scope.commit()

    with pytest.raises(WrongSignIn):
        service.with_password(scope, "anna", PASSWORD)


def test_a_user_without_a_password_is_refused_whatever_is_typed(app, scope):
    make_user(app, "keyonly", password=None)

    for typed in ("", " ", "\x00", "None", "!"):
        with pytest.raises(WrongSignIn):
            service.with_password(scope, "keyonly", typed)
        scope.commit()


def test_a_second_sign_in_in_the_same_browser_closes_the_first(scope, new_scope, anna):
    first = sign_in(scope)

    second = sign_in(new_scope(session=first.session))

    assert not sessions.visitor(scope, first.session).is_authenticated
    assert sessions.visitor(scope, second.session).is_authenticated


def test_a_refusal_is_kept_in_the_audit_log_without_what_was_typed(scope, anna):
    fail(scope)

    row = scope.read.execute(select(AuditRow.name, AuditRow.user_id, AuditRow.facts)).all()[-1]
    assert row.name == "login.refused"
    assert row.user_id == anna
    assert "not the password" not in row.facts


class NeedsCode:
    name = "otp"
    endpoint = "app.index"

    def needed(self, scope, user_id, proofs):
        return "otp" not in proofs


@pytest.fixture
def two_steps(scope):
    scope.login_steps = (NeedsCode(),)
    return scope


def test_a_needed_step_comes_before_the_session(two_steps, anna):
    outcome = sign_in(two_steps)

    assert isinstance(outcome, NextStep)
    assert service.peek(two_steps, outcome.waiting).user_id == anna
    assert sessions.list_for(two_steps, anna) == []


def test_after_its_step_a_waiting_sign_in_opens_the_session_once(two_steps, anna):
    waiting = sign_in(two_steps).waiting

    outcome = service.passed(two_steps, waiting, "otp")
    two_steps.commit()

    assert sessions.visitor(two_steps, outcome.session).proofs == {"pwd", "otp"}
    with pytest.raises(LoginNotWaiting):
        service.passed(two_steps, waiting, "otp")


def test_a_waiting_sign_in_is_dead_after_ten_minutes(two_steps, anna, clock):
    waiting = sign_in(two_steps).waiting
    clock.pass_(minutes=10, seconds=1)

    with pytest.raises(LoginNotWaiting):
        service.peek(two_steps, waiting)
    assert service.purge(two_steps) == 1


def test_a_waiting_sign_in_dies_with_the_password_it_began_with(two_steps, anna):
    waiting = sign_in(two_steps).waiting
    two_steps.db.execute(update(User).values(credential_version=User.credential_version + 1))
    two_steps.commit()

    with pytest.raises(LoginNotWaiting):
        service.passed(two_steps, waiting, "otp")
