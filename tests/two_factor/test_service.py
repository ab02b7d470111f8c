from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select, update

from tests.support.together import together
from tests.two_factor.apps import HERE, begin_login, code_now, refused, set_up
from watchword.core.crypto import Keys
from watchword.features.audit.models import AuditRow
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.login.outcomes import NextStep, SignedIn
from watchword.features.sessions import service as sessions
from watchword.features.two_factor import authenticators, recovery_codes, service
from watchword.features.two_factor.errors import (
    CodeUsed,
    SetUpNotStarted,
    TooManyAuthenticators,
    WrongCode,
)
from watchword.features.two_factor.models import Authenticator
from watchword.testing import add_authenticator, code_of_app, make_user


def audited(scope):
    return Counter(scope.read.execute(select(AuditRow.name)).scalars())


def test_a_secret_counts_from_its_first_right_code_on(scope, anna):
    service.start(scope, anna, HERE)
    scope.commit()
    assert not service.has_app(scope, anna)
    refused(scope, WrongCode, service.finish, anna, HERE, code="000000", label="Phone")
    assert not service.has_app(scope, anna)

    secret = authenticators.waiting_secret(scope, anna, HERE)
    service.finish(scope, anna, HERE, code=code_now(scope, secret), label="Phone")

    assert [each.label for each in authenticators.list_for(scope, anna)] == ["Phone"]
    assert audited(scope)["two_factor.authenticator_added"] == 1


def test_a_set_up_belongs_to_the_session_it_was_started_in(scope, anna, app):
    berta = make_user(app, "berta")
    service.start(scope, anna, HERE)
    scope.commit()
    code = code_now(scope, authenticators.waiting_secret(scope, anna, HERE))

    for user_id, holder in ((anna, service.holder_of_session("there")), (berta, HERE)):
        refused(scope, SetUpNotStarted, service.finish, user_id, holder, code=code, label="Phone")


def test_a_set_up_started_again_forgets_the_first_secret(scope, anna):
    service.start(scope, anna, HERE)
    scope.commit()
    first = authenticators.waiting_secret(scope, anna, HERE)
    service.start(scope, anna, HERE)
    scope.commit()

    refused(scope, WrongCode, service.finish, anna, HERE, code=code_now(scope, first), label="Phone")


def test_a_set_up_dies_after_a_quarter_of_an_hour_and_after_five_wrong_codes(scope, anna, clock):
    service.start(scope, anna, HERE)
    scope.commit()
    secret = authenticators.waiting_secret(scope, anna, HERE)
    for _ in range(5):
        refused(scope, WrongCode, service.finish, anna, HERE, code="000000", label="Phone")
    refused(scope, SetUpNotStarted, service.finish, anna, HERE, code=code_now(scope, secret), label="Phone")

    service.start(scope, anna, HERE)
    scope.commit()
    clock.pass_(minutes=15, seconds=1)
    assert service.set_up(scope, anna, HERE) is None
    assert authenticators.purge(scope) == 1


def test_the_code_of_the_set_up_opens_nothing_afterwards(scope, anna):
    secret, _ = set_up(scope, anna)
    waiting = begin_login(scope).waiting

    refused(scope, CodeUsed, service.finish_login, waiting, code_now(scope, secret))


def test_the_code_of_the_app_finishes_the_sign_in_once(scope, anna, clock):
    secret, _ = set_up(scope, anna)
    clock.pass_(seconds=30)
    code = code_now(scope, secret)
    first, second = begin_login(scope), begin_login(scope)
    assert isinstance(first, NextStep)

    outcome = service.finish_login(scope, first.waiting, f" {code[:3]} {code[3:]} ")
    scope.commit()

    assert isinstance(outcome, SignedIn)
    assert sessions.visitor(scope, outcome.session).proofs == {"pwd", "otp"}
    refused(scope, CodeUsed, service.finish_login, second.waiting, code)


def test_an_older_code_opens_nothing_after_a_newer_one(scope, anna, clock):
    secret, _ = set_up(scope, anna)
    clock.pass_(minutes=5)
    service.finish_login(scope, begin_login(scope).waiting, code_now(scope, secret, ahead=1))
    scope.commit()

    refused(scope, CodeUsed, service.finish_login, begin_login(scope).waiting, code_now(scope, secret))
    refused(scope, CodeUsed, service.finish_login, begin_login(scope).waiting, code_now(scope, secret, ahead=-1))


def test_each_of_several_apps_opens(scope, anna, clock):
    first, _ = set_up(scope, anna, label="Phone")
    second, _ = set_up(scope, anna, label="Tablet")
    clock.pass_(minutes=1)

    for secret in (first, second):
        assert isinstance(service.finish_login(scope, begin_login(scope).waiting, code_now(scope, secret)), SignedIn)
        scope.commit()


def test_ten_apps_are_enough(scope, anna, clock):
    for number in range(10):
        set_up(scope, anna, label=f"App {number}")
        clock.pass_(minutes=2)

    with pytest.raises(TooManyAuthenticators):
        service.start(scope, anna, HERE)


def test_set_ups_that_were_begun_while_there_was_room_end_at_ten_apps(app, new_scope, anna):
    """At the same moment: the count and the new app are one change."""
    scopes = [new_scope() for _ in range(6)]
    holders = [service.holder_of_session(f"browser {number}") for number in range(13)]
    for holder in holders:
        service.start(scopes[0], anna, holder)
        scopes[0].commit()
    codes = [code_now(scopes[0], authenticators.waiting_secret(scopes[0], anna, holder)) for holder in holders]
    for holder, code in zip(holders[6:], codes[6:], strict=True):
        service.finish(scopes[0], anna, holder, code=code, label="Phone")
        scopes[0].commit()

    def finish(number):
        with app.app_context():
            try:
                service.finish(scopes[number], anna, holders[number], code=codes[number], label="Tablet")
            except TooManyAuthenticators:
                return "no room"
            finally:
                scopes[number].commit()
            return "added"

    assert Counter(together(6, finish)) == {"added": 3, "no room": 3}
    assert authenticators.count(scopes[0], anna) == 10


def test_one_code_posted_six_times_at_once_opens_one_session(app, new_scope, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    code = code_of_app(app, anna)
    scopes = [new_scope() for _ in range(6)]
    waiting = [begin_login(scope).waiting for scope in scopes]

    def post(number):
        with app.app_context():
            try:
                service.finish_login(scopes[number], waiting[number], code)
            except (CodeUsed, LoginNotWaiting) as refusal:
                return refusal.code
            else:
                return "signed_in"
            finally:
                scopes[number].commit()
                scopes[number].close()

    assert Counter(together(6, post)) == {"signed_in": 1, "code_used": 5}
    assert len(sessions.list_for(new_scope(), anna)) == 1


def test_one_set_up_finished_six_times_at_once_makes_one_app(app, new_scope, anna):
    scope = new_scope()
    service.start(scope, anna, HERE)
    scope.commit()
    code = code_now(scope, authenticators.waiting_secret(scope, anna, HERE))
    scopes = [new_scope() for _ in range(6)]

    def post(number):
        with app.app_context():
            try:
                return len(service.finish(scopes[number], anna, HERE, code=code, label="Phone"))
            except SetUpNotStarted:
                return None
            finally:
                scopes[number].commit()
                scopes[number].close()

    assert Counter(together(6, post)) == {10: 1, None: 5}
    assert authenticators.count(new_scope(), anna) == 1


def test_a_secret_lies_encrypted_and_under_a_foreign_key_no_code_is_right(scope, anna, clock):
    secret, _ = set_up(scope, anna)
    clock.pass_(minutes=1)
    (sealed,) = scope.read.execute(select(Authenticator.secret)).scalars()
    assert secret.encode() not in sealed

    foreign = Keys("another key of at least thirty-two characters").encrypt(secret.encode(), authenticators.PURPOSE)
    scope.db.execute(update(Authenticator).values(secret=foreign))
    scope.commit()

    refused(scope, WrongCode, service.confirm, anna, {"code": code_now(scope, secret)})


def test_what_was_added_since_a_moment_is_dropped_and_what_was_there_stays(scope, anna, clock):
    set_up(scope, anna, label="Mine")
    clock.pass_(hours=1)
    since = scope.now
    set_up(scope, anna, label="Theirs")
    service.new_recovery_codes(scope, anna)
    scope.commit()

    service.drop_added_since(scope, anna, since)
    scope.commit()

    assert [each.label for each in authenticators.list_for(scope, anna)] == ["Mine"]
    assert recovery_codes.left(scope, anna) == 0


def test_an_app_that_was_not_added_by_its_owner_is_taken_back(scope, anna):
    set_up(scope, anna)
    (added,) = authenticators.list_for(scope, anna)

    for _ in range(2):  # the second time there is nothing left to take back
        service.take_back_added(scope, anna, {"authenticator": added.handle, "label": added.label})
        scope.commit()

    assert not service.has_app(scope, anna)
