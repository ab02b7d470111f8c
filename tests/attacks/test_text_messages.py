"""Codes by text message: they cost money, go where an attacker points them, and are six digits."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.together import together
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sms_codes import phones, service
from watchword.features.sms_codes.errors import CountryNotServed, NumberNotValid, SmsCodeNotValid
from watchword.testing import PASSWORD, SmsInbox, add_phone, csrf_token, deliver, login_as, make_user, submit
from watchword.testing.people import change

PHONE = "+4915112345678"
SETTINGS = {"WATCHWORD_SMS_COUNTRIES": "DE,US", "WATCHWORD_SMS_PER_COUNTRY": 12, "WATCHWORD_SMS_PER_DAY": 14}


@pytest.fixture
def inbox():
    return SmsInbox()


@pytest.fixture
def app(make_app, inbox):
    return make_app(WATCHWORD_SMS_SENDER=inbox, **SETTINGS)


@pytest.fixture
def with_phone(app, anna):
    add_phone(app, anna, PHONE)
    return anna


@pytest.fixture
def half_way(app, with_phone):
    """A browser that showed the right password and had a code sent."""
    return sent_a_code(sign_in(app.test_client()), app)


@pytest.fixture
def pumped(app, new_scope, inbox):
    """Have codes sent to numbers that one says are one's own; return how many messages left."""

    def pump(*asked):
        for user_id, number, ip in asked:
            scope = new_scope(ip=ip, session=f"{user_id} {number}")
            service.start(scope, user_id, number)
            assert service.being_set_up(scope, user_id)  # over the cap it looks the same
            scope.commit()
        deliver(app)
        return len(inbox.messages)

    return pump


def sign_in(client):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    return client


def sent_a_code(client, app):
    submit(client, "/login/sms/send", form_at="/login/sms")
    deliver(app)
    return client


def is_inside(client):
    return client.get("/account").status_code == 200


def number(last):
    return f"+491511234{last:04d}"


@pytest.fixture
def crowd(app):
    """Sixteen users."""
    return [make_user(app, f"user{n}") for n in range(16)]


def test_rl_13_a_resend_loop_at_one_number_ends_whoever_asks(pumped, clock, crowd):
    asked = ((user_id, PHONE, f"192.0.2.{user_id}") for user_id in crowd * 3)

    def ask(pause, times):
        clock.pass_(minutes=pause)
        return pumped(*(next(asked) for _ in range(times)))

    assert ask(0, 4) == 2
    assert [ask(1, 1) for _ in range(6)] == [3, 4, 5, 5, 5, 5]
    assert [ask(60, 1) for _ in range(7)] == [6, 7, 8, 9, 10, 10, 10]


@pytest.mark.parametrize(
    ("most", "asked"),
    [
        pytest.param(5, lambda n: (1, number(n), f"192.0.2.{n}"), id="one user"),
        pytest.param(10, lambda n: (n + 1, number(n), "192.0.2.1"), id="one caller"),
        pytest.param(12, lambda n: (n + 1, number(n), f"192.0.2.{n}"), id="one country"),
        pytest.param(
            14, lambda n: (n + 1, number(n) if n % 2 else f"+120255501{n:02d}", f"192.0.2.{n}"), id="everybody"
        ),
    ],
)
def test_rl_13_many_numbers_are_capped_by(pumped, crowd, most, asked):
    assert pumped(*map(asked, range(16))) == most


def test_rl_13_over_the_cap_the_page_is_the_same_and_the_code_before_stays_good(app, half_way, inbox, masked):
    first = submit(half_way, "/login/sms/send", form_at="/login/sms")
    deliver(app)
    code = inbox.code()
    over = submit(half_way, "/login/sms/send", form_at="/login/sms")
    deliver(app)

    assert masked(first) == masked(over)
    assert len(inbox.messages) == 2
    submit(half_way, "/login/sms", code=code)
    assert is_inside(half_way)


@pytest.mark.parametrize(
    "landline_or_premium", ["+4930123456", "+49900123456", "+491805123456", "+441", "+8835100012345"]
)
def test_rl_13_numbers_that_are_no_mobiles_get_nothing(scope, anna, landline_or_premium):
    with pytest.raises((NumberNotValid, CountryNotServed)):
        service.start(scope, anna, landline_or_premium)


def test_rl_13_other_countries_get_nothing_also_when_they_share_a_calling_code(scope, anna):
    for jamaica_or_austria in ("+18765551234", "+436601234567"):
        with pytest.raises(CountryNotServed):
            service.start(scope, anna, jamaica_or_austria)


def test_rl_13_of_a_country_that_is_listed_no_more_only_proved_numbers_get_messages(make_app, inbox):
    """Else its people were locked out. Nobody adds a number there, and nobody else has messages sent to one."""
    app = make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="AT")
    anna, berta = make_user(app, "anna"), make_user(app, "berta")
    with change(app) as scope:
        phones.put(scope, anna, phones.Number("49", PHONE[3:]))

    browser = sent_a_code(sign_in(app.test_client()), app)
    submit(browser, "/login/sms", code=inbox.code())
    assert is_inside(browser)

    for user_id, wanted in ((anna, number(1)), (berta, PHONE)):
        with pytest.raises(CountryNotServed), change(app) as scope:
            service.start(scope, user_id, wanted)


def test_rl_13_looking_at_a_page_sends_nothing(app, with_phone, inbox):
    client = sign_in(app.test_client())
    for path in ("/login/sms", "/login/sms/send", "/account/confirm/sms", "/account/two-factor/phone/again"):
        client.get(path)
        client.head(path)
    deliver(app)

    assert inbox.messages == []


def test_mfa_01_a_sent_code_opens_nothing_without_its_sign_in(app, half_way, inbox):
    stranger, other = app.test_client(), sign_in(app.test_client())
    for browser, form_at in ((stranger, "/login"), (other, "/login/sms")):
        submit(browser, "/login/sms", form_at=form_at, code=inbox.code())

        assert not is_inside(browser)


def test_mfa_03_a_reset_asks_for_no_message_and_sends_none(app, client, with_phone, mailbox, inbox):
    submit(client, "/forgot-password", email="anna@example.com")
    deliver(app)
    client.get(mailbox.link())
    page = client.get("/reset-password").text
    submit(client, "/reset-password", password="seven maple trees in the wind")
    deliver(app)

    assert "text message" not in page
    assert inbox.messages == []
    answer = submit(client, "/login", identifier="anna", password="seven maple trees in the wind")
    assert answer.location == "/login/sms"


def test_mfa_09_of_six_posts_of_one_code_one_succeeds(app, half_way, inbox):
    held = half_way.get_cookie("watchword-pre").value
    browsers = [half_way, *(app.test_client() for _ in range(5))]
    for browser in browsers[1:]:
        browser.set_cookie("watchword-pre", held)
    tokens = [csrf_token(browser, "/login/sms") for browser in browsers]

    together(
        6, lambda n: browsers[n].post("/login/sms", data={"csrf_token": tokens[n], "code": inbox.code()}).status_code
    )

    assert Counter(is_inside(browser) for browser in browsers) == {True: 1, False: 5}


def test_mfa_09_a_code_that_confirmed_once_confirms_no_more(new_scope, app, with_phone, inbox):
    scope = new_scope(session=login_as(app.test_client(), with_phone))
    service.send_to_confirm(scope, with_phone)
    scope.commit()
    deliver(app)
    assert service.confirm(scope, with_phone, {"code": inbox.code()}) == "sms"
    scope.commit()

    with pytest.raises(SmsCodeNotValid):
        service.confirm(scope, with_phone, {"code": inbox.code()})


def test_mfa_10_new_codes_give_no_new_tries_and_new_sign_ins_few(app, half_way, inbox, clock):
    for _ in range(3):
        submit(half_way, "/login/sms", code="000000")
    sent_a_code(half_way, app)
    for _ in range(2):
        submit(half_way, "/login/sms", code="000000")
    assert half_way.get("/login/sms").location == "/login"

    clock.pass_(minutes=1)
    other = sent_a_code(sign_in(app.test_client()), app)
    answers = [submit(other, "/login/sms", code="000000").status_code for _ in range(4)]
    again = sent_a_code(sign_in(app.test_client()), app)
    answers += [submit(again, "/login/sms", code="000000").status_code for _ in range(2)]

    assert answers == [422] * 5 + [429]


def test_mfa_10_a_code_to_a_new_number_takes_five_guesses(app, client, anna, scope, inbox):
    login_as(client, anna)
    submit(client, "/account/two-factor/phone", number=PHONE)
    deliver(app)
    path = "/account/two-factor/phone/code"
    for code in (*["000000"] * 5, inbox.code()):
        assert submit(client, path, code=code).status_code == 422

    assert not service.has_phone(scope, anna)


CHANGES = (
    "/account/two-factor/phone",
    "/account/two-factor/phone/code",
    "/account/two-factor/phone/again",
    "/account/two-factor/phone/remove",
)


@pytest.mark.parametrize("path", CHANGES)
def test_mfa_14_a_password_alone_changes_no_number(app, client, with_phone, inbox, scope, path):
    login_as(client, with_phone)
    token = csrf_token(client, "/login")

    answer = client.post(path, data={"csrf_token": token, "number": "+4915187654321", "code": "000000"})
    deliver(app)

    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/account/confirm")
    assert service.held_about(scope, with_phone)["phone"]["number"] == PHONE
    assert inbox.messages == []


def test_mfa_15_a_number_counts_only_once_its_own_code_came_back(app, client, anna, scope, inbox):
    login_as(client, anna)
    submit(client, "/account/two-factor/phone", number=PHONE)
    deliver(app)
    theirs = inbox.code()
    submit(client, "/account/two-factor/phone", number="+4915187654321")
    for code in (theirs, "", "000000"):
        submit(client, "/account/two-factor/phone/code", code=code)

    assert not service.has_phone(scope, anna)


def test_mfa_15_a_set_up_in_flight_ends_with_its_session(new_scope, app, anna, inbox):
    secret = login_as(app.test_client(), anna)
    scope = new_scope(session=secret)
    mine = sessions.visitor(scope, secret)
    service.start(scope, anna, PHONE)
    scope.commit()
    deliver(app)
    sessions.end_all(scope, anna, reason="not_me")
    scope.commit()

    with pytest.raises(NotSignedIn):
        service.finish(scope, mine, inbox.code())

    scope.commit()
    assert not service.has_phone(scope, anna)


@pytest.mark.parametrize("odd", ["", " ", "null", "0", "000000", "-1", "１２３４５６", "\x00", "a" * 60, "' or 1=1"])
def test_mfa_19_odd_input_opens_nothing_and_breaks_nothing(half_way, odd):
    token = csrf_token(half_way, "/login/sms")
    for form in ({"code": odd}, {"code": [odd, odd]}, {"code[]": odd}):
        answer = half_way.post("/login/sms", data={"csrf_token": token, **form})
        assert answer.status_code in {303, 422}
        assert not is_inside(half_way)
