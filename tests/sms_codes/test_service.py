from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.sms_codes.conftest import PHONE
from tests.support.together import together
from watchword.core.crypto import Keys
from watchword.core.reseal import reseal_all
from watchword.core.scope import Scope
from watchword.features.audit.models import AuditRow
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.sms_codes import codes, phones, service
from watchword.features.sms_codes.errors import SmsCodeNotValid, SmsNotOffered, WrongSmsCode
from watchword.features.sms_codes.feature import feature
from watchword.features.sms_codes.models import Phone, WaitingSmsCode
from watchword.features.two_factor import service as two_factor
from watchword.testing import PASSWORD, add_authenticator, login_as, make_user
from watchword.web.setup import setup_of

OTHER = "+436601234567"


def begin_login(scope):
    waiting = login.with_password(scope, "anna", PASSWORD).waiting
    scope.commit()
    return waiting


@pytest.fixture
def ask(scope, deliver):
    """Ask for a code for this sign-in, and let the message leave."""

    def ask_for(waiting):
        service.send_at_login(scope, waiting)
        scope.commit()
        return deliver()

    return ask_for


def refused(scope, error, act, *args):
    with pytest.raises(error):
        act(scope, *args)
    scope.commit()


def audited(scope):
    return Counter(scope.read.execute(select(AuditRow.name)).scalars())


def test_a_code_finishes_the_sign_in_it_was_sent_for_and_no_other(scope, with_phone, ask, inbox):
    mine, other = begin_login(scope), begin_login(scope)
    ask(mine)

    refused(scope, SmsCodeNotValid, service.finish_login, other, inbox.code())
    outcome = service.finish_login(scope, mine, f" {inbox.code()[:3]}-{inbox.code()[3:]} ")

    assert isinstance(outcome, login.SignedIn)
    assert phones.find(scope, with_phone).used_at == scope.now


def test_only_the_newest_code_counts(scope, with_phone, ask, inbox):
    waiting = begin_login(scope)
    ask(waiting)
    ask(waiting)
    assert inbox.code(0) != inbox.code(1)

    refused(scope, WrongSmsCode, service.finish_login, waiting, inbox.code(0))

    assert isinstance(service.finish_login(scope, waiting, inbox.code(1)), login.SignedIn)


@pytest.fixture
def asked_to_confirm(app, new_scope, with_phone, deliver):
    """A scope in a session of anna, who had a code sent for "confirm it's you"."""
    scope = new_scope(session=login_as(app.test_client(), with_phone))
    service.send_to_confirm(scope, with_phone)
    scope.commit()
    deliver()
    return scope


def test_a_code_is_good_for_almost_ten_minutes(asked_to_confirm, anna, inbox, clock):
    clock.pass_(minutes=9, seconds=59)

    assert service.confirm(asked_to_confirm, anna, {"code": inbox.code()}) == "sms"


def test_after_ten_minutes_it_is_none(asked_to_confirm, anna, inbox, clock):
    clock.pass_(minutes=10)

    refused(asked_to_confirm, SmsCodeNotValid, service.confirm, anna, {"code": inbox.code()})
    clock.pass_(seconds=1)
    assert codes.purge(asked_to_confirm) == 1


def test_a_code_for_one_purpose_is_none_for_another(asked_to_confirm, anna, inbox):
    holder = codes.holder_of_session(asked_to_confirm, service.SET_UP)

    with pytest.raises(SmsCodeNotValid):
        codes.use(asked_to_confirm, anna, holder, typed=inbox.code())


def test_five_wrong_codes_end_it(scope, with_phone, ask, inbox):
    waiting = begin_login(scope)
    ask(waiting)
    for _ in range(5):
        refused(scope, WrongSmsCode, service.finish_login, waiting, "000000")

    refused(scope, LoginNotWaiting, service.finish_login, waiting, inbox.code())


def test_mfa_10_a_code_that_was_never_sent_is_guessed_by_nobody(new_scope, anna, monkeypatch):
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _most: 123456)
    scope = new_scope(session="s")
    for number in [PHONE, "+4915112345679"] * 3:  # five may leave in an hour
        service.start(scope, anna, number)
        scope.commit()

    with pytest.raises(WrongSmsCode):
        codes.use(scope, anna, codes.holder_of_session(scope, service.SET_UP), typed="123456")


@pytest.fixture
def used_up(app, new_scope, with_phone, deliver, clock):
    """Somebody else said that anna's number is theirs, until nothing more left for it."""
    thief, elsewhere = make_user(app, "mallory"), new_scope(ip="203.0.113.9", session="theirs")
    for _ in range(11):
        service.start(elsewhere, thief, PHONE)
        elsewhere.commit()
        deliver()
        clock.pass_(minutes=16)


def test_who_says_a_number_is_theirs_takes_no_message_from_its_owner(scope, used_up, ask, inbox):
    assert len(inbox.messages) == 10

    ask(begin_login(scope))

    assert len(inbox.messages) == 11


def test_no_message_is_sent_where_it_would_not_help(scope, with_phone, app, deliver, inbox):
    touched = login.proceed(scope, with_phone, {"pwd"}).waiting
    scope.commit()
    berta = make_user(app, "berta")
    add_authenticator(app, berta)
    theirs = login.proceed(scope, berta, {"pwd"}).waiting
    scope.commit()

    refused(scope, SmsNotOffered, service.send_at_login, theirs)
    service.send_at_login(scope, touched)
    scope.commit()
    deliver()

    assert len(inbox.messages) == 1


def test_what_is_stored_is_sealed_and_follows_a_new_key(scope, with_phone, ask, inbox, app):
    ask(begin_login(scope))
    number = scope.read.scalar(select(Phone.number))
    row = scope.read.execute(select(WaitingSmsCode.number, WaitingSmsCode.code)).one()

    assert b"12345678" not in number + row.number
    assert inbox.code() not in row.code
    newer = Keys("a-newer-secret-of-forty-characters-at-the-least", [setup_of(app).site.secret_key])
    scope.keys = newer
    assert [reseal_all(scope, each) for each in feature.reseals] == [1, 1]
    scope.keys = Keys("a-newer-secret-of-forty-characters-at-the-least")
    assert phones.find(scope, with_phone).number.e164 == PHONE


def test_the_last_factor_takes_the_recovery_codes_along_and_another_keeps_them(scope, with_phone, app):
    two_factor.first_recovery_codes(scope, with_phone)
    scope.commit()
    add_authenticator(app, with_phone)
    service.remove(scope, with_phone)
    scope.commit()
    assert two_factor.has_recovery_codes(scope, with_phone)

    phones.put(scope, with_phone, phones.Number("49", PHONE[3:]))
    (only,) = two_factor.authenticators.list_for(scope, with_phone)
    two_factor.remove(scope, with_phone, only.handle)
    assert two_factor.has_recovery_codes(scope, with_phone)
    service.remove(scope, with_phone)
    assert two_factor.recovery_codes.left(scope, with_phone) == 0


def test_where_a_second_factor_is_required_the_phone_can_not_be_the_last_to_go(make_app, inbox):
    from watchword.features.two_factor.errors import LastSecondFactor
    from watchword.testing import add_phone

    app = make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE", WATCHWORD_TWO_FACTOR_REQUIRED=True)
    anna = make_user(app, "anna")
    add_phone(app, anna)
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        refused(scope, LastSecondFactor, service.remove, anna)
        assert service.has_phone(scope, anna)
        scope.close()


def test_the_owner_takes_an_added_number_back_and_an_older_one_stays(scope, with_phone, clock):
    handle = phones.find(scope, with_phone).handle
    service.take_back_added(scope, with_phone, {"phone": "another"})
    service.drop_added_since(scope, with_phone, clock.now() + timedelta(seconds=1))
    assert phones.exists(scope, with_phone)

    service.take_back_added(scope, with_phone, {"phone": handle})
    assert not phones.exists(scope, with_phone)
    phones.put(scope, with_phone, phones.Number("49", PHONE[3:]))
    service.drop_added_since(scope, with_phone, clock.now())

    assert not phones.exists(scope, with_phone)
    assert audited(scope)["sms_codes.phone_removed"] == 2


def test_the_export_holds_the_number_and_a_closed_account_none(scope, with_phone, clock):
    from watchword.features.accounts import closing

    assert service.held_about(scope, with_phone)["phone"]["number"] == PHONE
    closing.start_closing(scope, with_phone, clock.now())
    scope.settle()
    assert closing.close_due(scope) == 1

    assert service.held_about(scope, with_phone) == {}


def test_what_happens_is_written_down_and_mailed_with_the_number_masked(scope, with_phone, deliver, mailbox):
    service.remove(scope, with_phone)
    scope.commit()
    deliver()

    told = [mailbox.text(at) for at in range(len(mailbox.mails))]
    assert len(told) == 2
    assert all("+49 ••• 78" in each and "12345678" not in each for each in told)
    facts = scope.read.execute(select(AuditRow.facts)).scalars().all()
    assert not any("12345678" in each for each in facts)


def test_of_six_posts_of_the_first_code_one_sets_the_number_up(app, anna, deliver, inbox):
    browsers = [app.test_client() for _ in range(6)]
    session = login_as(browsers[0], anna)
    for other in browsers[1:]:
        other.set_cookie("watchword", session)
    from watchword.testing import csrf_token, submit

    submit(browsers[0], "/account/two-factor/phone", number=PHONE)
    deliver()
    path = "/account/two-factor/phone/code"
    tokens = [csrf_token(each, path) for each in browsers]
    form = {"code": inbox.code()}
    answers = together(6, lambda n: browsers[n].post(path, data={"csrf_token": tokens[n], **form}).status_code)

    assert answers.count(200) == 1
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        assert audited(scope)["sms_codes.phone_added"] == 1
        scope.close()
