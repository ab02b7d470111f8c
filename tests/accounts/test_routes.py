from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.rows import statements
from watchword.core.errors import AuthError
from watchword.features.accounts import service as accounts
from watchword.testing import PASSWORD, csrf_token
from watchword.web.setup import setup_of

TYPED = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(["password", "anna", "2026", "river", "qwerty", "copper", "a", " "]), max_size=8).map(
        "".join
    ),
)


@pytest.fixture
def judge(client):
    """Ask the meter as the page's script does."""
    token = csrf_token(client, "/register")

    def act(password, **more):
        return client.post("/password/strength", data={"csrf_token": token, "password": password, **more})

    return act


@pytest.mark.parametrize(
    ("password", "score", "word", "tip"),
    [
        ("short", 0, "Weak.", "Use at least 15 characters."),
        ("password1234567", 0, "Weak.", "lists that attackers try first"),
        ("responsibilities", 1, "Weak.", "easy to guess"),
        ("thisismypassword", 0, "Weak.", "lists"),
        ("superman1987martinez", 3, "Good.", "One more word"),
        (PASSWORD, 4, "Strong.", ""),
    ],
)
def test_the_meter_says_a_word_and_one_tip(judge, password, score, word, tip):
    answer = judge(password)

    assert answer.status_code == 200
    assert (answer.json["score"], answer.json["word"]) == (score, word)
    assert tip in answer.json["tip"]
    assert bool(answer.json["tip"]) is bool(tip)


@pytest.mark.parametrize("fields", [{"username": "bartholomew"}, {"about": "x bartholomew@example.com"}])
def test_the_meter_knows_what_the_page_knows_about_its_owner(judge, fields):
    assert judge("bartholomew of 26").json["score"] > 0
    assert judge("bartholomew of 26", **fields).json["score"] == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_d5_the_meter_is_content_exactly_with_what_is_taken_at_the_end(scope, clock, password):
    clock.pass_(minutes=1)
    verdict = accounts.judge_new_password(scope, password, "anna", "anna@example.com")
    refused = _refusal(lambda: accounts.hash_new_password(scope, password, "anna", "anna@example.com"))

    assert (verdict.refusal and verdict.refusal.code) == refused
    assert (verdict.score < 3) is bool(refused)


def _refusal(act):
    try:
        act()
    except AuthError as error:
        return error.code
    return None


def test_the_meter_wants_the_token_of_the_page(client):
    assert client.post("/password/strength", data={"password": PASSWORD}).status_code == 403
    assert client.get("/password/strength").status_code == 405


def test_the_meter_answers_again_after_a_while(judge, clock):
    while judge("short").status_code == 200:
        pass
    clock.pass_(minutes=1)

    assert judge("short").status_code == 200


def test_what_is_typed_is_neither_kept_nor_logged(app, judge, caplog):
    caplog.set_level(logging.DEBUG)
    engines = setup_of(app).tools.store.engines
    with statements(engines.read, engines.write) as asked:
        judge("a secret that nobody may see")

    assert "secret that nobody" not in caplog.text
    assert not any("secret that nobody" in f"{one}" for one in asked)


def test_long_input_is_judged_by_its_length_alone(judge):
    answer = judge("a" * 30_000, username="b" * 10_000, about="c " * 5_000)

    assert answer.json["tip"] == "Use at most 256 characters."


def test_a_passphrase_is_suggested_to_scripts_and_to_people(client):
    told = client.get("/password/suggestion", headers={"Accept": "application/json"})
    page = client.get("/password/suggestion")

    assert len(told.json["passphrase"].split()) == 6
    assert told.headers["Cache-Control"] == "no-store"
    assert '<p class="phrase" dir="ltr" translate="no">' in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/register", "/account/password"])
def test_a_new_password_has_rules_meter_and_suggestion(signed_in, path):
    page = signed_in.get(path).text

    assert 'passwordrules="minlength: 15; maxlength: 256; allowed: unicode;"' in page
    assert 'aria-describedby="new-password-live new-password-hint"' in page
    assert 'data-strength="/password/strength"' in page
    assert 'href="/password/suggestion"' in page
