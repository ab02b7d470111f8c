"""Many at once: exact limits, single use, and no one refused for company."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from tests.support.together import together
from watchword.features.accounts.models import User
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD, csrf_token, login_as, submit


def test_64_right_sign_ins_at_once_all_succeed(app, anna):
    browsers = [app.test_client() for _ in range(64)]
    tokens = [csrf_token(browser, "/login") for browser in browsers]

    def sign_in(number):
        form = {"csrf_token": tokens[number], "identifier": "anna", "password": PASSWORD}
        return browsers[number].post("/login", data=form).status_code

    assert Counter(together(64, sign_in)) == {303: 64}


def test_of_64_wrong_sign_ins_at_once_exactly_five_are_checked(app, anna):
    browsers = [app.test_client() for _ in range(64)]
    tokens = [csrf_token(browser, "/login") for browser in browsers]

    def guess(number):
        form = {"csrf_token": tokens[number], "identifier": "anna", "password": f"guess number {number} of many"}
        return browsers[number].post("/login", data=form).status_code

    assert Counter(together(64, guess)) == {422: 5, 429: 59}


def test_of_32_wrong_sign_ins_at_once_on_a_known_device_exactly_ten_are_checked(app, anna):
    known = app.test_client()
    submit(known, "/login", identifier="anna", password=PASSWORD)
    browsers = [app.test_client() for _ in range(32)]
    tokens = [csrf_token(browser, "/login") for browser in browsers]
    for browser in browsers:
        browser.set_cookie("watchword-device", known.get_cookie("watchword-device").value)

    def guess(number):
        form = {"csrf_token": tokens[number], "identifier": "anna", "password": f"guess number {number} of many"}
        elsewhere = {"REMOTE_ADDR": f"10.0.0.{number}"}
        return browsers[number].post("/login", data=form, environ_overrides=elsewhere).status_code

    assert Counter(together(32, guess)) == {422: 10, 429: 22}
    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 303


def test_six_confirmations_at_once_make_one_user(app, client, deliver, mailbox, new_scope):
    submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()
    link = mailbox.link()
    browsers = [app.test_client() for _ in range(6)]
    for browser in browsers:
        browser.get(link)
    tokens = [csrf_token(browser, "/confirm-email") for browser in browsers]

    def confirm(number):
        form = {"csrf_token": tokens[number], "password": PASSWORD}
        return browsers[number].post("/confirm-email", data=form).status_code

    answers = Counter(together(6, confirm))
    assert answers[303] == 1
    assert set(answers) <= {303, 404, 422}
    assert new_scope().read.scalar(select(func.count()).select_from(User)) == 1


def test_six_registrations_of_one_address_make_one_user(app, deliver, mailbox, new_scope):
    browsers = [app.test_client() for _ in range(6)]

    def register(number):
        browser = browsers[number]
        fields = {"username": f"berta{number}", "email": "berta@example.com", "password": PASSWORD}
        return submit(browser, "/register", **fields).status_code

    assert set(together(6, register)) == {303}
    deliver()
    links = [mailbox.link(number) for number in range(len(mailbox.mails))]

    def confirm(number):
        browser = app.test_client()
        browser.get(links[number])
        return submit(browser, "/confirm-email", password=PASSWORD).status_code

    answers = Counter(together(len(links), confirm))
    assert answers[303] == 1
    assert set(answers) <= {303, 404, 422}
    assert new_scope().read.scalar(select(func.count()).select_from(User)) == 1


def test_a_remembered_secret_is_renewed_once_by_many_requests_at_once(app, anna, clock):
    secret = login_as(app.test_client(), anna, remembered=True)
    clock.pass_(days=1)

    def visit(_):
        browser = app.test_client()
        browser.set_cookie("watchword", secret)
        answer = browser.get("/account")
        return answer.status_code, "watchword=" in answer.headers.get("Set-Cookie", "")

    answers = together(8, visit)
    assert [status for status, _ in answers] == [200] * 8
    assert sum(renewed for _, renewed in answers) == 1


def test_six_confirmations_at_once_renew_one_secret(app, anna, clock, new_scope):
    secret = login_as(app.test_client(), anna)
    clock.pass_(minutes=11)
    browsers = [app.test_client() for _ in range(6)]
    for browser in browsers:
        browser.set_cookie("watchword", secret)
    tokens = [csrf_token(browser, "/account/confirm") for browser in browsers]

    def confirm(number):
        form = {"csrf_token": tokens[number], "password": PASSWORD}
        return browsers[number].post("/account/confirm", data=form).location

    assert Counter(together(6, confirm)) == {"/dashboard": 1, "/login": 5}
    living = {browser.get_cookie("watchword").value for browser in browsers} - {secret}
    assert [sessions.visitor(new_scope(), one).is_authenticated for one in living] == [True]
