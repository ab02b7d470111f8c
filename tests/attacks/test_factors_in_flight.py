"""Second factors that change, or are shown again, while a sign-in is on its way: MFA-18 and its neighbours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import select

from tests.support.passkey_page import Page, page_of
from tests.support.together import together
from watchword.features.audit.models import AuditRow
from watchword.features.login import service as login
from watchword.features.login.outcomes import NextStep
from watchword.features.passkeys import keys
from watchword.features.passkeys import service as passkeys
from watchword.features.two_factor import recovery_codes
from watchword.features.two_factor import service as two_factor
from watchword.features.two_factor.errors import SetUpNotForYou, WrongCode
from watchword.testing import (
    PASSWORD,
    SmsInbox,
    SoftwareKey,
    add_authenticator,
    add_phone,
    code_of_app,
    make_user,
    submit,
)
from watchword.testing.people import change


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    return anna


def known(app, user_id):
    with change(app) as scope:
        return login.known_devices(scope, user_id)


def test_mfa_18_a_code_checked_before_the_factors_changed_trusts_no_browser(app, client, with_app, monkeypatch):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    passed = login.passed

    def after_a_change(*args, **options):
        with change(app) as scope:
            two_factor.new_recovery_codes(scope, with_app)
        return passed(*args, **options)

    monkeypatch.setattr(login, "passed", after_a_change)
    submit(client, "/login/code", code=code_of_app(app, with_app), trust="y")

    assert client.get("/account").status_code == 200
    assert [device.trusted_until for device in known(app, with_app)] == [None]


def test_mfa_18_a_code_and_a_change_of_factors_at_the_same_moment_leave_no_trusted_browser(app, with_app):
    def begin():
        with change(app) as scope:
            return login.proceed(scope, with_app, {"pwd"}).waiting

    begun = [begin() for _ in range(5)]

    def act(number):
        with change(app) as scope:
            if number == len(begun):
                two_factor.new_recovery_codes(scope, with_app)
            else:
                login.passed(scope, begun[number], "otp", trust_browser=True)

    together(len(begun) + 1, act)

    assert [device.trusted_until for device in known(app, with_app)] == [None] * len(begun)


# ── set up by who stole the password ──


def test_mfa_15_of_two_set_ups_of_two_kinds_the_later_one_is_refused(make_app, monkeypatch):
    """The owner adds a phone while a thief's app is on its way: the thief adds nothing beside it."""
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True, WATCHWORD_SMS_SENDER=SmsInbox(), WATCHWORD_SMS_COUNTRIES="DE")
    anna = make_user(app, "anna")
    finish = two_factor.authenticators.finish

    def after_the_owner(*args, **options):
        add_phone(app, anna)
        return finish(*args, **options)

    with change(app) as scope:
        waiting = login.proceed(scope, anna, {"pwd"}).waiting
        two_factor.start_at_login(scope, waiting)
    monkeypatch.setattr(two_factor.authenticators, "finish", after_the_owner)
    with change(app) as scope:
        secret = two_factor.authenticators.waiting_secret(scope, anna, two_factor.holder_of_login(waiting))
        code = two_factor.totp.code_at(secret, two_factor.totp.step_at(scope.now))
        with pytest.raises(SetUpNotForYou):
            two_factor.finish_at_login(scope, waiting, code=code, label="Phone")

    with change(app) as scope:
        assert [each.proof for each in login.second_factors_of(scope, anna) if not each.stands_in] == ["sms"]


# ── other doors ──


@pytest.mark.parametrize("proofs", [{"fed"}, {"pwd"}, {"fed", "pwd"}])
def test_mfa_04_who_is_vouched_for_elsewhere_is_asked_for_the_factor_held_here(app, with_app, proofs):
    """Nobody says what an account elsewhere asked for: it counts as something known, like a password."""
    with change(app) as scope:
        outcome = login.proceed(scope, with_app, proofs)

    assert isinstance(outcome, NextStep)
    assert outcome.endpoint == "watchword.two_factor.ask"


# ── codes on paper ──


def test_mfa_13_of_four_sets_made_at_once_one_is_good_and_what_was_before_is_dead(app, with_app):
    with change(app) as scope:
        before = two_factor.new_recovery_codes(scope, with_app)

    def make(number):
        if number == 4:
            with suppress(WrongCode), change(app) as scope:
                recovery_codes.use(scope, with_app, before[0])
            return []
        with change(app) as scope:
            return two_factor.new_recovery_codes(scope, with_app)

    made = together(5, make)[:4]

    assert sorted(good(app, with_app, codes) for codes in made) == [0, 0, 0, 10]
    assert good(app, with_app, before) == 0


def test_mfa_13_a_code_whose_set_is_replaced_while_it_is_checked_is_dead_and_uses_none_of_the_new_set(
    app, with_app, monkeypatch
):
    """SQLite gives the ids of deleted rows away again: a row is not known by its id alone."""
    with change(app) as scope:
        before = two_factor.new_recovery_codes(scope, with_app)
    opened, made = recovery_codes._opened, []

    def while_they_are_replaced(scope, sealed):
        if not made:
            made.append([])
            with change(app) as other:
                made[0] += two_factor.new_recovery_codes(other, with_app)
        return opened(scope, sealed)

    monkeypatch.setattr(recovery_codes, "_opened", while_they_are_replaced)
    with pytest.raises(WrongCode), change(app) as scope:
        recovery_codes.use(scope, with_app, before[0])

    assert good(app, with_app, made[0]) == recovery_codes.MANY


def good(app, user_id, codes):
    """How many of *codes* would let in; none is used up."""
    count = 0
    with change(app) as scope:
        for code in codes:
            with suppress(WrongCode):
                recovery_codes.use(scope, user_id, code)
                count += 1
            scope.undo()
    return count


# ── passkeys ──


def key_of(app, user_id):
    key = SoftwareKey()
    assert page_of(app, user_id).add(key).status_code == 201
    return key


def test_wan_04_of_two_copies_of_a_key_at_the_same_moment_one_signs_in(app, anna):
    key = key_of(app, anna)
    browsers = [Page(app.test_client()) for _ in range(2)]
    answers = [replace(key).get(browser.ask()) for browser in browsers]

    codes = together(2, lambda number: browsers[number].answer(answers[number]).status_code)

    assert sorted(codes) == [200, 422]


def test_wan_04_a_key_that_is_taken_away_meanwhile_is_no_copy(app, anna, monkeypatch):
    key = key_of(app, anna)
    check = keys.check

    def before_it_goes(*args):
        shown = check(*args)
        with change(app) as scope:
            passkeys.remove(scope, anna, shown.key.handle)
        return shown

    monkeypatch.setattr(keys, "check", before_it_goes)
    answer = Page(app.test_client()).sign_in(key)

    assert answer.json["code"] == "passkey_unknown"
    with change(app) as scope:
        assert "passkeys.copy_shown" not in scope.read.execute(select(AuditRow.name)).scalars().all()


def test_a_sign_in_by_a_key_and_its_removal_wait_for_each_other(app, anna, monkeypatch):
    """Each locks the user first: in the other order PostgreSQL would end one of them by force."""
    key = key_of(app, anna)
    with change(app) as scope:
        (held,) = passkeys.list_for(scope, anna)
    note_use, removing = keys.note_use, []

    def while_it_goes(*args):
        note_use(*args)
        removing.append(Thread(target=remove))
        removing[0].start()
        removing[0].join(0.5)

    def remove():
        with change(app) as scope:
            passkeys.remove(scope, anna, held.handle)

    monkeypatch.setattr(keys, "note_use", while_it_goes)
    assert Page(app.test_client()).sign_in(key).status_code == 200
    removing[0].join(10)

    with change(app) as scope:
        assert passkeys.list_for(scope, anna) == []
