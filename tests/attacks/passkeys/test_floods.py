"""Answers to challenges, posted without end: each leaves a row for a while, so each is counted first."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.support.passkey_page import Page
from watchword.features.login.second_step import TRIES
from watchword.features.passkeys.models import UsedChallenge
from watchword.testing import PASSWORD, SoftwareKey, submit


def used_challenges(scope):
    return scope.read.scalar(select(func.count()).select_from(UsedChallenge))


def test_ses_18_a_flood_of_answers_from_nobody_leaves_few_rows(page, scope):
    """Asking is free, so answers are counted for the caller before they leave a row."""
    refused = [page.answer(SoftwareKey().get(page.ask())).status_code for _ in range(12)]

    assert refused[5:] == [429] * 7
    assert used_challenges(scope) == 5


def test_ses_18_a_flood_of_answers_to_one_second_step_leaves_few_rows(app, owner, key, clock, scope):
    browser = Page(app.test_client())
    submit(browser.client, "/login", identifier="anna", password=PASSWORD)
    asked = [(browser.ask(step=True), browser.client.get_cookie("watchword-pre").value) for _ in range(9)]
    liar, before = SoftwareKey(), used_challenges(scope)

    for options, pre in asked:
        browser.client.set_cookie("watchword-pre", pre)
        browser.answer(liar.get(options), step=True)

    assert used_challenges(scope) - before == TRIES


def test_an_answer_to_what_was_never_asked_here_costs_nobody_a_try(app, page, key):
    """It asks no table, so it is free, too: else a page that was left open too long would shut its owner out."""
    elsewhere = Page(app.test_client())
    refused = [page.answer(key.get(elsewhere.ask())).json["code"] for _ in range(7)]
    submit(page.client, "/login", identifier="anna", password=PASSWORD)
    refused += [page.answer(key.get(page.ask()), step=True).json["code"] for _ in range(TRIES + 1)]

    assert set(refused) == {"passkey_challenge_not_valid"}
    assert page.answer(key.get(page.ask(step=True)), step=True).status_code == 200


def test_ses_18_a_flood_of_answers_to_set_ups_of_one_user_leaves_few_rows(make_app, anna, new_scope):
    """Whoever has the password may sign in without end, and ask for free."""
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)
    refused = []
    for _ in range(2):
        browser = Page(app.test_client())
        submit(browser.client, "/login", identifier="anna", password=PASSWORD)
        for _ in range(7):
            browser.post("/login/set-up/passkey/options")
            refused.append(browser.post("/login/set-up/passkey", {"answer": {"x": "y"}}).status_code)

    assert refused[10:] == [429] * 4
    assert used_challenges(new_scope()) == 10
    assert browser.client.get("/login/set-up").status_code == 200, "another kind of factor may still be set up"


def test_an_answer_to_a_set_up_that_was_never_asked_here_costs_no_try(make_app, anna):
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)
    page = Page(app.test_client())
    submit(page.client, "/login", identifier="anna", password=PASSWORD)

    codes = {page.post("/login/set-up/passkey", {"answer": {"x": "y"}}).json["code"] for _ in range(11)}

    assert codes == {"passkey_challenge_not_valid"}
    asked = page.post("/login/set-up/passkey/options").json
    assert page.post("/login/set-up/passkey", {"answer": SoftwareKey().create(asked)}).status_code == 200
