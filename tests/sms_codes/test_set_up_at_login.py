"""A phone as the second factor that a sign-in asks for: by the code that comes back, never beside another factor."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.sms_codes.conftest import PHONE
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.sms_codes import numbers, phones, set_up
from watchword.features.sms_codes.events import CodeAccepted, PhoneAdded
from watchword.features.two_factor.errors import SetUpNotForYou
from watchword.testing import PASSWORD, add_phone, make_user, submit

NUMBER, PROVE = "/login/set-up/phone", "/login/set-up/phone/code"


@pytest.fixture
def app(make_app, inbox):
    return make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE", WATCHWORD_TWO_FACTOR_REQUIRED=True)


@pytest.fixture
def begun(app, client):
    """A browser in which anna's password is typed, and a second factor has to be chosen."""
    make_user(app, "anna")
    submit(client, "/login", identifier="anna", password=PASSWORD, next="/account/sessions")
    return client


def test_the_weakest_stands_last_and_opens_the_session_by_its_code(begun, inbox, deliver):
    shown = begun.get("/login/set-up").text
    assert shown.index("A passkey") < shown.index("An authenticator app") < shown.index("Text messages")
    assert "weakest second step" in begun.get(NUMBER).text
    assert begun.get(PROVE).location == NUMBER
    assert submit(begun, NUMBER, number=PHONE).location == PROVE
    deliver()
    assert "+49 ••• 78" in begun.get(PROVE).text
    assert submit(begun, PROVE, code="000000").status_code == 422
    assert begun.get("/account").status_code == 303
    assert submit(begun, "/login/set-up/phone/again", form_at=PROVE).location == PROVE
    deliver()

    done = submit(begun, PROVE, code=inbox.code())

    assert len(re.findall(r"<code>[A-Z2-7-]{19}</code>", done.text)) == 10
    assert 'href="/account/sessions">I saved them' in done.text
    assert begun.get("/account").status_code == 200


def waiting_for_code(scope, inbox, deliver):
    waiting = login.with_password(scope, "anna", PASSWORD).waiting
    scope.commit()
    set_up.start(scope, waiting, PHONE)
    scope.commit()
    deliver()
    return waiting, inbox.code()


def refused(scope, error, waiting, code):
    with pytest.raises(error):
        set_up.finish(scope, waiting, code)
    scope.commit()


def test_mfa_15_who_has_a_factor_by_now_adds_no_phone(app, begun, scope, inbox, deliver):
    waiting, code = waiting_for_code(scope, inbox, deliver)
    add_phone(app, 1, "+4915187654321")

    refused(scope, SetUpNotForYou, waiting, code)
    assert phones.find(scope, 1).number.e164 == "+4915187654321"


def test_mfa_15_whose_factor_came_with_the_code_adds_no_phone(begun, scope, inbox, deliver):
    waiting, code = waiting_for_code(scope, inbox, deliver)
    theirs = numbers.read("+4915187654321", ["DE"])
    quicker = (CodeAccepted, lambda inside, _event: phones.put(inside, 1, theirs))
    scope.tools = replace(scope.tools, listeners=(*scope.tools.listeners, quicker))

    refused(scope, SetUpNotForYou, waiting, code)
    assert phones.find(scope, 1).number == theirs


def test_a_sign_in_that_is_over_leaves_no_phone(begun, scope, inbox, deliver):
    waiting, code = waiting_for_code(scope, inbox, deliver)
    given_up = (PhoneAdded, lambda inside, _event: login.give_up(inside, waiting))
    scope.tools = replace(scope.tools, listeners=(*scope.tools.listeners, given_up))

    refused(scope, LoginNotWaiting, waiting, code)
    assert phones.find(scope, 1) is None


def test_without_a_sign_in_that_waits_there_is_no_phone_to_give(app, client):
    for path in (NUMBER, PROVE):
        assert client.get(path).location == "/login"
