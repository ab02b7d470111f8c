"""A second factor that is chosen and set up inside the sign-in, through HTTP: before it is proved, no session."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.passkey_page import Page
from watchword.features.passkeys.models import Passkey
from watchword.testing import PASSWORD, SoftwareKey, add_authenticator, make_user, submit

OPTIONS, ADD = "/login/set-up/passkey/options", "/login/set-up/passkey"


@pytest.fixture
def required(make_app):
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)
    make_user(app, "anna")
    return app


def begin(app, **more):
    """A browser in which anna's password is typed, and a second factor has to be chosen."""
    page = Page(app.test_client())
    answer = submit(page.client, "/login", identifier="anna", password=PASSWORD, **more)
    assert answer.location == "/login/set-up"
    return page


def is_in(page):
    return page.client.get("/account").status_code == 200


def passkeys(new_scope):
    return new_scope().read.scalar(select(func.count()).select_from(Passkey))


def test_the_strongest_stands_first_and_a_passkey_opens_the_session(required):
    page = begin(required, next="/account/sessions")
    shown = page.client.get("/login/set-up").text
    assert shown.index("A passkey") < shown.index("An authenticator app")
    assert "text message" not in shown
    assert (f'data-options="{OPTIONS}"' in shown, f'data-answer="{ADD}"' in shown) == (True, True)
    key = SoftwareKey()
    options = page.post(OPTIONS).json
    assert not is_in(page)

    answer = page.post(ADD, {"answer": key.create(options)})

    assert answer.json["location"] == "/account/two-factor/recovery-codes?next=/account/sessions"
    assert is_in(page)
    codes = page.client.get(answer.json["location"]).text
    assert 'href="/account/sessions">Not now' in codes
    made = submit(page.client, answer.json["location"], next="/account/sessions")
    assert 'href="/account/sessions">I saved them' in made.text
    again = Page(required.test_client())
    assert again.sign_in(key).status_code == 200


def test_who_changes_their_mind_goes_back_to_the_choice(required):
    page = begin(required)
    submit(page.client, "/login/set-up/start", form_at="/login/set-up")
    assert "otpauth" in page.client.get("/login/set-up").text

    assert "A passkey" in page.client.get("/login/set-up?choose=again").text


def test_a_stolen_password_adds_no_passkey_beside_a_factor(app, new_scope):
    anna = make_user(app, "anna")
    add_authenticator(app, anna)
    page = Page(app.test_client())
    submit(page.client, "/login", identifier="anna", password=PASSWORD)

    assert page.post(OPTIONS).json["code"] == "set_up_not_for_you"
    assert page.post(ADD, {"answer": {}}).status_code == 422
    assert passkeys(new_scope) == 0


def test_of_two_with_one_password_the_second_adds_no_passkey(required, new_scope):
    owner, thief = begin(required), begin(required)
    asked = [page.post(OPTIONS).json for page in (owner, thief)]
    assert owner.post(ADD, {"answer": SoftwareKey().create(asked[0])}).status_code == 200

    late = thief.post(ADD, {"answer": SoftwareKey().create(asked[1])})

    assert late.json["code"] == "set_up_not_for_you"
    assert not is_in(thief)


def test_a_key_asked_for_in_one_sign_in_is_none_of_the_next_in_that_browser(required):
    """Who begins in a shared browser leaves a question there: it must not put their key into the next one's account."""
    make_user(required, "mallory")
    page = Page(required.test_client())
    submit(page.client, "/login", identifier="mallory", password=PASSWORD)
    asked = page.post(OPTIONS).json
    submit(page.client, "/login", identifier="anna", password=PASSWORD)

    planted = page.post(ADD, {"answer": SoftwareKey().create(asked)})

    assert planted.json["code"] == "passkey_challenge_not_valid"
    assert not is_in(page)


def test_without_a_sign_in_that_waits_there_is_nothing_to_set_up(required, client):
    assert Page(required.test_client()).post(OPTIONS).json["code"] == "login_not_waiting"
    assert Page(client).post(OPTIONS).json["code"] == "login_not_waiting"
