"""Register, confirm, sign in, stay signed in, sign out: as a browser does it, without mocks."""

from __future__ import annotations

import re

import pyotp
import pytest

from tests.support.masking import without_tokens
from watchword.testing import PASSWORD, submit


@pytest.fixture
def register(client):
    def act(name="berta", email="berta@example.com", **more):
        return submit(client, "/register", username=name, email=email, password=PASSWORD, **more)

    return act


def sign_in(client, identifier="berta", **more):
    return submit(client, "/login", identifier=identifier, password=PASSWORD, **more)


def test_a_person_registers_confirms_by_link_signs_in_and_signs_out(client, register, deliver, mailbox):
    answer = register()
    assert (answer.status_code, answer.location) == (303, "/confirm-email")
    assert "berta@example.com" in client.get("/confirm-email").text

    deliver()
    hop = client.get(mailbox.link())
    assert (hop.status_code, hop.location) == (303, "/confirm-email")
    done = submit(client, "/confirm-email")
    assert (done.status_code, done.location) == (303, "/login")
    assert "confirmed" in client.get("/login").text

    inside = sign_in(client, "berta@example.com")
    assert (inside.status_code, inside.location) == (303, "/dashboard")
    assert "berta" in client.get("/dashboard").text

    out = submit(client, "/logout")
    assert (out.status_code, out.location) == (303, "/login")
    assert client.get("/dashboard").status_code == 303


def test_a_person_with_a_second_factor_goes_the_whole_way(client, register, deliver, mailbox, clock):
    register()
    deliver()
    client.get(mailbox.link())
    submit(client, "/confirm-email")
    sign_in(client)
    submit(client, "/account/two-factor/start", form_at="/account/two-factor/set-up")
    key = re.search(r'id="key"[^>]*>([A-Z2-7 ]+)<', client.get("/account/two-factor/set-up").text)[1].replace(" ", "")
    shown = submit(client, "/account/two-factor/set-up", code=pyotp.TOTP(key).at(clock.now()), label="Phone").text
    assert submit(client, "/logout").status_code == 303

    assert sign_in(client, next="/account/sessions").location == "/login/code"
    assert client.get("/dashboard").status_code == 303
    clock.pass_(seconds=31)
    inside = submit(client, "/login/code", code=pyotp.TOTP(key).at(clock.now()))
    assert (inside.status_code, inside.location) == (303, "/account/sessions")

    phone = client.application.test_client()
    sign_in(phone)
    code = re.search(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b", shown)[0]
    assert submit(phone, "/login/code", code=code).location == "/dashboard"
    assert "berta" in phone.get("/dashboard").text


def test_a_person_registers_and_types_the_code(client, register, deliver, mailbox):
    register()
    deliver()
    code = mailbox.code()

    done = submit(client, "/confirm-email", code=f"{code[:4]} {code[4:]}")

    assert (done.status_code, done.location) == (303, "/login")
    assert sign_in(client).status_code == 303


def test_a_link_opened_on_another_device_asks_for_a_password(app, client, register, deliver, mailbox):
    register()
    deliver()
    phone = app.test_client()
    phone.get(mailbox.link())

    assert submit(phone, "/confirm-email").status_code == 422
    done = submit(phone, "/confirm-email", password=PASSWORD)

    assert done.status_code == 303
    assert sign_in(client).status_code == 303


def test_the_page_one_came_for_survives_the_whole_way(client, register, deliver, mailbox):
    wanted = client.get("/account/sessions")
    assert wanted.location == "/login?next=/account/sessions"
    register(next="/account/sessions")
    deliver()
    client.get(mailbox.link())
    done = submit(client, "/confirm-email")
    assert done.location == "/login?next=/account/sessions"

    assert sign_in(client, next="/account/sessions").location == "/account/sessions"


def test_known_and_unknown_addresses_get_the_same_answer(app, register, deliver, mailbox):
    from watchword.testing import make_user

    make_user(app, "known")
    answers = []
    for email in ("known@example.com", "fresh@example.com"):
        browser = app.test_client()
        answer = submit(browser, "/register", username="somebody", email=email, password=PASSWORD)
        page = browser.get("/confirm-email").text.replace(email, "ADDRESS")
        answers.append((answer.status_code, answer.location, sorted(dict(answer.headers)), _masked(page)))
    assert answers[0] == answers[1]


def test_who_ticked_the_box_is_still_signed_in_tomorrow(client, app, anna, clock):
    submit(client, "/login", identifier="anna", password=PASSWORD, remember="y")
    clock.pass_(days=1, hours=3)

    answer = client.get("/dashboard")

    assert answer.status_code == 200
    assert "Max-Age=2592000" in answer.headers["Set-Cookie"]


def test_who_did_not_is_signed_out_tomorrow(client, anna, clock):
    answer = submit(client, "/login", identifier="anna", password=PASSWORD)
    session = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("watchword="))
    assert "Max-Age" not in session
    clock.pass_(days=1)

    assert client.get("/dashboard").status_code == 303


def test_a_new_password_ends_the_other_devices_and_renews_this_one(app, client, anna, deliver, mailbox):
    other = app.test_client()
    for browser in (client, other):
        submit(browser, "/login", identifier="anna", password=PASSWORD)
    before = client.get_cookie("watchword").value

    done = submit(client, "/account/password", current_password=PASSWORD, password="seven maple trees in the wind")

    assert (done.status_code, done.location) == (303, "/account/security")
    assert client.get_cookie("watchword").value != before
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    deliver()
    assert mailbox.to("anna@example.com")


def test_signing_another_device_out_takes_effect_on_its_next_request(app, client, anna):
    other = app.test_client()
    for browser in (client, other):
        submit(browser, "/login", identifier="anna", password=PASSWORD)
    assert other.get("/account").status_code == 200

    answer = submit(client, "/account/sessions/end-others", form_at="/account/sessions")

    assert answer.status_code == 303
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def _masked(page):

    return without_tokens(page)
