"""What a password may be, how it is hashed, and what becomes of one that is known."""

from __future__ import annotations

import pytest
from zxcvbn_rs_py import zxcvbn

from watchword.features.accounts import strength
from watchword.features.accounts.strength import LOOKED_AT, strength_of
from watchword.testing import PASSWORD, csrf_token, login_as, make_user

GUESSABLE = {
    "password1234567": "password_known",
    "summer2026summer2026": "password_known",
    "Watchword2026!!": "password_like_you",
    "berta@example.com": "password_like_you",
    "bertaberta12345": "password_like_you",
    "responsibilities": "password_weak",
    "noitatnemelpmi!!": "password_weak",
    "123456789012345": "password_too_simple",
    "fourteen chars": "password_too_short",
}
PROGRAM = {"Accept": "application/json"}
BERTA = {"username": "berta", "email": "berta@example.com"}


@pytest.fixture
def ways_to_set(app, post, deliver, mailbox):
    """Every way to set a password, as berta: each takes one and returns the answer."""

    def register(password):
        return post(app.test_client(), "/register", password=password, headers=PROGRAM, **BERTA)

    def confirm_elsewhere(password):
        post(app.test_client(), "/register", password=PASSWORD, **BERTA)
        deliver()
        phone = app.test_client()
        phone.get(mailbox.link())
        return post(phone, "/confirm-email", password=password, headers=PROGRAM)

    def change(password):
        client = app.test_client()
        login_as(client, make_user(app, "berta"))
        return post(client, "/account/password", current_password=PASSWORD, password=password, headers=PROGRAM)

    return {"register": register, "confirm": confirm_elsewhere, "change": change}


@pytest.mark.parametrize("way", ["register", "confirm", "change"])
@pytest.mark.parametrize(("password", "code"), GUESSABLE.items())
def test_pwd_05_a_guessable_password_is_refused_wherever_one_is_set(ways_to_set, way, password, code):
    answer = ways_to_set[way](password)

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["title"]


@pytest.mark.parametrize("name", ["create-user", "create-admin"])
@pytest.mark.parametrize("password", GUESSABLE)
def test_pwd_05_an_operator_can_not_set_a_guessable_password_either(app, name, password):
    command = ["watchword", name, "berta", "berta@example.com", "--password-stdin"]

    assert app.test_cli_runner().invoke(args=command, input=password).exit_code != 0


def test_rl_15_pwd_07_only_the_first_characters_and_few_words_are_measured(monkeypatch):
    looked = []
    monkeypatch.setattr(strength, "zxcvbn", lambda text, words: looked.append((text, words)) or zxcvbn(text, words))

    strength_of("4@8({[<369!|1705$+%2" * 12, ["x" * 20_000, "a." * 50_000])

    text, words = looked[0]
    assert len(text) == LOOKED_AT
    assert len(words) <= 40
    assert max(map(len, words)) <= 64


def test_rl_15_pwd_07_the_meter_is_no_free_work(client):
    token = csrf_token(client, "/register")
    form = {"csrf_token": token, "password": "4@8({[<369!|1705$+%2"}

    statuses = [client.post("/password/strength", data=form).status_code for _ in range(121)]

    assert statuses == [200] * 120 + [429]
