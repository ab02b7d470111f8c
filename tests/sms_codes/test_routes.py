from __future__ import annotations

import re

import pytest

from tests.sms_codes.conftest import PHONE
from tests.support.rows import has_scan, plan, statements
from watchword.features.sms_codes import phones
from watchword.features.two_factor import service as two_factor
from watchword.testing import PASSWORD, add_authenticator, login_as, submit
from watchword.web.setup import setup_of

PATHS = {
    "/login/sms",
    "/login/sms/send",
    "/login/set-up/phone",
    "/login/set-up/phone/code",
    "/login/set-up/phone/again",
    "/account/two-factor/phone",
    "/account/two-factor/phone/code",
    "/account/two-factor/phone/again",
    "/account/two-factor/phone/remove",
    "/account/confirm/sms",
}


def sign_in(client, **more):
    return submit(client, "/login", identifier="anna", password=PASSWORD, **more)


def test_without_a_sender_there_is_no_page_and_no_word(make_app):
    from watchword.testing import make_user

    app = make_app()
    client = app.test_client()
    login_as(client, make_user(app, "anna"))

    for path in PATHS:
        for method in (client.get, client.post):
            assert method(path).status_code == 404, path
    page = client.get("/account/security").text
    assert "text message" not in page
    assert "phone number" not in page


def test_both_pages_of_the_set_up_let_one_think_better_of_it(signed_in):
    """Back to the choice, and on to where the reader wanted to go in the first place."""
    first = signed_in.get("/account/two-factor/phone?next=/orders")
    submit(signed_in, "/account/two-factor/phone", number="0049 1511 2345678")
    second = signed_in.get("/account/two-factor/phone/code?next=/orders")

    for page in (first, second):
        assert '<a class="btn" href="/account/two-factor?next=/orders">Cancel</a>' in page.text


def test_a_number_is_set_up_by_the_code_that_comes_back(signed_in, inbox, deliver, clock):
    page = signed_in.get("/account/two-factor/phone")
    assert "weakest second step" in page.text
    assert 'href="/account/passkeys/new"' in page.text
    assert 'href="/account/two-factor/set-up"' in page.text
    sent = submit(signed_in, "/account/two-factor/phone", number="0049 1511 2345678")
    assert (sent.status_code, sent.location) == (303, "/account/two-factor/phone/code")
    assert inbox.messages == []
    deliver()
    clock.pass_(minutes=5)
    assert deliver() == 0
    assert [number for number, _ in inbox.messages] == [PHONE]
    assert "+49 ••• 78" in signed_in.get(sent.location).text

    code = inbox.code()
    done = submit(signed_in, sent.location, code=f"{code[:3]} {code[3:]}")

    assert done.status_code == 200
    assert len(re.findall(r"<code>[A-Z2-7-]{19}</code>", done.text)) == 10
    security = signed_in.get("/account/security").text
    assert "+49 ••• 78" in security
    assert "12345678" not in security


def test_a_message_is_short_and_bound_to_the_site(signed_in, inbox, deliver):
    submit(signed_in, "/account/two-factor/phone", number=PHONE)
    deliver()

    text = inbox.to(PHONE)[0]

    assert text.splitlines()[-1] == f"@localhost #{inbox.code()}"
    assert len(text) <= 160
    assert text.isascii()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter your mobile number"),
        ("01511 2345678", "with its country code"),
        ("+49 30 123456", "with its country code"),
        ("+49 900 123456", "with its country code"),
        ("+49 1511 2345678 ext. 5", "with its country code"),
        ("+4" * 50, "too long"),
        ("+1 876 555 1234", "of that country"),
        ("+44 7911 123456", "of that country"),
    ],
)
def test_only_mobile_numbers_of_the_listed_countries_are_taken(signed_in, inbox, deliver, typed, says):
    answer = submit(signed_in, "/account/two-factor/phone", number=typed)
    deliver()

    assert answer.status_code == 422
    assert says in answer.text
    assert inbox.messages == []


def test_the_sign_in_asks_before_it_sends_and_leads_where_one_wanted(client, with_phone, inbox, deliver):
    asked = sign_in(client, next="/account/sessions")
    assert (asked.status_code, asked.location) == (303, "/login/sms")
    page = client.get("/login/sms").text
    assert "+49 ••• 78" in page
    assert 'name="code"' not in page
    deliver()
    assert inbox.messages == []

    assert submit(client, "/login/sms/send", form_at="/login/sms").location == "/login/sms"
    deliver()
    assert 'autocomplete="one-time-code"' in client.get("/login/sms").text
    done = submit(client, "/login/sms", code=inbox.code())

    assert (done.status_code, done.location) == (303, "/account/sessions")
    assert client.get("/account").status_code == 200


def test_the_app_is_asked_first_and_a_message_is_another_way(app, client, with_phone, clock):
    add_authenticator(app, with_phone)

    assert sign_in(client).location == "/login/code"
    assert client.get("/login/code").text.count('href="/login/sms"') == 1
    page = client.get("/login/sms").text
    assert page.index("Use your authenticator app") < page.index("Use a recovery code")


def test_a_code_confirms_who_it_is_and_the_way_back_is_kept(client, with_phone, inbox, deliver):
    login_as(client, with_phone)
    asked = client.get("/account/two-factor/phone/remove")
    assert asked.location.startswith("/account/confirm?next=")
    page = client.get(asked.location).text
    assert 'name="password"' not in page
    assert 'formaction="/account/confirm/sms"' in page
    back = submit(client, "/account/confirm/sms", form_at=asked.location, next="/account/two-factor/phone/remove")
    deliver()
    assert "+49 ••• 78" in client.get(back.location).text

    done = submit(client, back.location, method="sms", code=inbox.code())

    assert (done.status_code, done.location) == (303, "/account/two-factor/phone/remove")
    assert submit(client, done.location).location == "/account/security"
    assert client.get(done.location).status_code == 404


def test_without_a_waiting_sign_in_nothing_is_sent(client, with_phone, inbox, deliver):
    assert client.get("/login/sms").location == "/login"
    assert submit(client, "/login/sms/send", form_at="/login").location == "/login"
    deliver()

    assert inbox.messages == []


def test_a_browser_may_be_trusted_by_a_code_until_the_number_goes(app, client, with_phone, inbox, scope):
    sign_in(client)
    submit(client, "/login/sms/send", form_at="/login/sms")
    setup_of(app).delivery.run_once()
    submit(client, "/login/sms", code=inbox.code(), trust="y")
    submit(client, "/logout")
    assert sign_in(client).location == "/dashboard"

    phones.put(scope, with_phone, phones.Number("49", "15187654321"))
    scope.commit()

    assert sign_in(client).location == "/login/sms"


def test_a_sign_in_by_message_walks_through_no_table(app, client, with_phone, inbox, deliver):
    engines = setup_of(app).tools.store.engines
    with statements(engines.read, engines.write) as seen:
        sign_in(client)
        submit(client, "/login/sms/send", form_at="/login/sms")
        deliver()
        submit(client, "/login/sms", code=inbox.code())
        client.get("/account/security")

    different = {one.sql: one for one in seen if one.verb in {"SELECT", "UPDATE", "DELETE"}}
    assert [sql for sql, one in different.items() if has_scan(plan(engines.read, one))] == []
    assert any("auth_waiting_sms_code" in sql for sql in different)


def test_who_has_a_phone_and_no_app_is_asked_for_a_recovery_code_beside_it(client, with_phone, scope):
    recovery_code = two_factor.first_recovery_codes(scope, with_phone)[0]
    scope.commit()
    sign_in(client)
    assert 'href="/login/code"' in client.get("/login/sms").text

    page = client.get("/login/code").text

    assert "one of your recovery codes" in page
    assert "authenticator app shows" not in page
    assert 'name="trust"' not in page
    assert submit(client, "/login/code", code=recovery_code).location == "/dashboard"
