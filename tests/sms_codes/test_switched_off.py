"""Nobody sends codes any more, or not to that country: who counted on them is asked for a recovery code, never for a
password alone.
"""

from __future__ import annotations

import pytest

from watchword.features.sms_codes import checks
from watchword.features.sms_codes import service as sms_codes
from watchword.features.two_factor import cases, recovery_codes
from watchword.testing import PASSWORD, add_authenticator, add_phone, code_of_app, login_as, make_user, submit
from watchword.testing.people import change
from watchword.web.setup import setup_of

PHONE = "+4915112345678"


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def with_phone(make_app, inbox):
    """anna, who set a phone up while somebody sent codes."""
    before = make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE")
    anna = make_user(before, "anna")
    add_phone(before, anna, PHONE)
    return anna


@pytest.fixture
def codes(app, with_phone):
    with change(app) as scope:
        return recovery_codes.make_new_set(scope, with_phone)


def sign_in(client):
    return submit(client, "/login", identifier="anna", password=PASSWORD)


def test_mfa_02_the_password_alone_opens_nothing(app, client, with_phone):
    answer = sign_in(client)
    page = client.get(answer.location)

    assert answer.location == "/login/code"
    assert "Type one of your recovery codes" in page.text
    assert client.get("/account").status_code == 303
    assert client.get("/login/sms").status_code == 404


def test_a_recovery_code_lets_in_and_another_factor_takes_its_place(app, client, codes, with_phone, clock):
    sign_in(client)
    submit(client, "/login/code", code=codes[0])
    page = client.get("/account/security").text
    assert "We send no text messages at present" in page
    assert ("only a recovery code lets you in" in page, "Set one up" in page) == (True, True)
    assert "All three steps are done" not in page

    add_authenticator(app, with_phone)
    page = client.get("/account/security").text
    assert ("All three steps are done" in page, "Set one up" in page) == (True, False)
    submit(client, "/logout")
    clock.pass_(minutes=1)
    sign_in(client)
    submit(client, "/login/code", code=code_of_app(app, with_phone))

    assert client.get("/account").status_code == 200


def test_its_owner_takes_the_number_away_and_then_has_no_second_step(app, client, with_phone):
    login_as(client, with_phone, proofs=("pwd", "otp"))
    assert "You have none: the next time you can" in client.get("/account/security").text
    submit(client, "/account/two-factor/phone/remove")
    submit(client, "/logout")

    assert sign_in(client).location == "/dashboard"


def test_where_one_is_required_nobody_sets_it_up_by_the_password_alone(make_app, with_phone):
    client = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True).test_client()

    assert sign_in(client).location == "/login/code"


def test_who_has_no_recovery_code_left_has_an_operators_case(app, client, with_phone, deliver, clock):
    with change(app) as scope:
        recovery_codes.forget_all(scope, with_phone)
        cases.open_case(scope, with_phone, reason="No codes left")
    for _ in range(3):
        deliver()
        clock.pass_(hours=24)
        setup_of(app).delivery.make_worker().purge()

    assert sign_in(client).location == "/dashboard"


def test_doctor_says_how_many_it_concerns(app, with_phone):
    with change(app) as scope:
        (found,) = checks.nobody_sends(scope)

    assert found.what.startswith("Users with a phone number as second step: 1.")


def test_who_has_no_phone_signs_in_as_ever_and_doctor_says_nothing(app, client, make_app, inbox):
    make_user(app, "anna")

    assert sign_in(client).location == "/dashboard"
    with change(app) as scope:
        assert checks.nobody_sends(scope) == []


def test_rl_13_a_number_on_its_way_when_its_country_went_gets_no_more(make_app, inbox):
    before = make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE")
    later = make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="AT")
    anna = make_user(before, "anna")
    with change(before) as scope:
        sms_codes.start(scope, anna, PHONE)
    setup_of(before).delivery.run_once()
    with change(later) as scope:
        sms_codes.send_again(scope, anna)
    setup_of(later).delivery.run_once()

    assert len(inbox.messages) == 1
