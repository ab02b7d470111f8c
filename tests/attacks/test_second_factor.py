"""The second factor: every door asks for it, a code opens once, guesses are counted, a password alone changes nothing."""

from __future__ import annotations

import base64
import re
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.together import together
from watchword.features.two_factor import authenticators, recovery_codes, service
from watchword.testing import PASSWORD, add_authenticator, code_of_app, csrf_token, login_as, make_user, submit


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    return anna


@pytest.fixture
def half_way(client, with_app):
    """A browser that showed the right password and waits for the code."""
    sign_in(client)
    return client


def sign_in(client, name="anna"):
    return submit(client, "/login", identifier=name, password=PASSWORD)


def is_inside(client):
    return client.get("/account").status_code == 200


def test_mfa_01_with_the_password_alone_no_page_opens(app, half_way):
    paths = {
        re.sub(r"<[^>]+>", "x", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith(("/account", "/dashboard", "/admin"))
    }
    assert len(paths) > 8
    for path in sorted(paths):
        answer = half_way.get(path)
        as_json = half_way.get(path, headers={"Accept": "application/json"})

        assert (answer.status_code, as_json.status_code) in {(303, 401), (404, 404)}, path
        assert answer.status_code == 404 or answer.location.startswith("/login"), path


def test_mfa_02_every_way_in_that_ends_in_a_session_goes_through_proceed(app, scope, with_app):
    from watchword.features.login import service as login
    from watchword.features.login.outcomes import NextStep

    for proof in ("pwd", "fed"):
        assert isinstance(login.proceed(scope, with_app, {proof}), NextStep)


def test_mfa_03_a_reset_leaves_the_factor_and_the_next_sign_in_asks_for_it(
    app, client, with_app, deliver, mailbox, scope
):
    submit(client, "/forgot-password", email="anna@example.com")
    deliver()
    client.get(mailbox.link())
    submit(client, "/reset-password", password="seven maple trees in the wind")
    assert not is_inside(client)
    assert service.has_app(scope, with_app)

    answer = submit(client, "/login", identifier="anna", password="seven maple trees in the wind")

    assert answer.location == "/login/code"
    assert not is_inside(client)


def test_mfa_07_one_code_opens_one_door(app, client, half_way, with_app):
    code = code_of_app(app, with_app)
    other = app.test_client()
    sign_in(other)
    assert submit(half_way, "/login/code", code=code).status_code == 303

    assert submit(other, "/login/code", code=code).status_code == 422
    assert not is_inside(other)
    login_as(other, with_app)
    assert submit(other, "/account/confirm?next=/account", method="authenticator", code=code).status_code == 422


def test_mfa_09_of_twelve_posts_of_one_code_one_succeeds(app, with_app):
    code = code_of_app(app, with_app)
    browsers = [app.test_client() for _ in range(6)]
    for browser in browsers:
        sign_in(browser)
    tokens = [csrf_token(browser, "/login/code") for browser in browsers]

    def post(number):
        form = {"csrf_token": tokens[number % 6], "code": code}
        return browsers[number % 6].post("/login/code", data=form).status_code

    together(6, post)
    assert Counter(is_inside(browser) for browser in browsers) == {True: 1, False: 5}


def test_mfa_10_after_five_wrong_codes_the_right_one_is_refused(app, half_way, with_app):
    token = csrf_token(half_way, "/login/code")
    for _ in range(30):
        half_way.post("/login/code", data={"csrf_token": token, "code": "000000"})

    half_way.post("/login/code", data={"csrf_token": token, "code": code_of_app(app, with_app)})

    assert not is_inside(half_way)


def test_mfa_10_a_confirmation_is_not_for_guessing_either(app, client, with_app):
    login_as(client, with_app)
    answers = [
        submit(client, "/account/confirm?next=/account", method="authenticator", code="000000").status_code
        for _ in range(12)
    ]

    assert answers == [422] * 10 + [429] * 2


def test_mfa_12_recovery_codes_are_counted_like_codes_and_belong_to_one_user(app, half_way, scope, with_app):
    berta = make_user(app, "berta")
    add_authenticator(app, berta)
    theirs = service.new_recovery_codes(scope, berta)
    scope.commit()

    answers = [submit(half_way, "/login/code", code=code).status_code for code in theirs[:5]]

    assert answers == [422] * 5
    assert half_way.get("/login/code").status_code == 303
    assert recovery_codes.left(scope, berta) == 10


def test_mfa_13_of_six_posts_of_one_recovery_code_one_succeeds(app, scope, with_app):
    code = service.new_recovery_codes(scope, with_app)[0]
    scope.commit()
    browsers = [app.test_client() for _ in range(6)]
    for browser in browsers:
        sign_in(browser)
    tokens = [csrf_token(browser, "/login/code") for browser in browsers]

    together(6, lambda n: browsers[n].post("/login/code", data={"csrf_token": tokens[n], "code": code}).status_code)

    assert Counter(is_inside(browser) for browser in browsers) == {True: 1, False: 5}
    assert recovery_codes.left(scope, with_app) == 9


CHANGES = ("/account/two-factor/start", "/account/two-factor/recovery-codes", "/account/two-factor/{}/remove")


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("state", ["half way", "stale", "password only"])
def test_mfa_14_a_password_alone_changes_no_factor(app, client, with_app, clock, path, state):
    with app.app_context():
        from watchword.web.current import scope

        (view,) = authenticators.list_for(scope(), with_app)
    if state == "half way":
        sign_in(client)
    else:
        login_as(client, with_app, proofs=("pwd", "otp") if state == "stale" else ("pwd",))
    clock.pass_(minutes=11 if state == "stale" else 1)
    token = csrf_token(client, "/login")

    answer = client.post(path.format(view.handle), data={"csrf_token": token})

    assert (answer.status_code, answer.location.partition("?")[0]) in {(303, "/login"), (303, "/account/confirm")}
    with app.app_context():
        assert service.has_app(scope(), with_app)
        assert recovery_codes.left(scope(), with_app) == 10


def test_mfa_14_the_confirmation_it_asks_for_takes_no_password(app, client, with_app):
    login_as(client, with_app)

    answer = submit(client, "/account/confirm?next=/account", method="password", password=PASSWORD)

    assert answer.status_code == 422


def test_mfa_15_a_factor_is_set_up_by_a_code_of_the_secret_we_made(client, anna, clock, scope):
    import pyotp

    login_as(client, anna)
    submit(client, "/account/two-factor/start", form_at="/account/security")
    mine = pyotp.random_base32()
    now = int(clock.now().timestamp())
    for code in (pyotp.TOTP(mine).at(now), "", "000000"):
        submit(client, "/account/two-factor/set-up", code=code, label="Phone", secret=mine)

    assert not service.has_app(scope, anna)


def test_mfa_15_a_set_up_wants_a_fresh_login(client, anna, clock):
    login_as(client, anna)
    clock.pass_(minutes=11)

    assert client.get("/account/two-factor/set-up").location.startswith("/account/confirm")


@pytest.mark.parametrize("proofs", [("otp",), ("hwk",), ("pwd", "fed"), ("otp", "sms"), ("hwk", "otp")])
def test_mfa_17_two_of_one_kind_are_one_factor(proofs):
    from watchword.features.login import service as login

    assert not login.shows_two_factors(proofs)


ODD = ["", " ", "null", "[]", "{}", "true", "0", "000000", "-1", "１２３４５６", "\x00", "a" * 60, "' or 1=1"]


@pytest.mark.parametrize("odd", ODD)
def test_mfa_19_odd_input_opens_nothing_and_breaks_nothing(half_way, odd):
    token = csrf_token(half_way, "/login/code")
    for form in (
        {"code": odd},
        {"code": [odd, odd]},
        {"code[]": odd},
        {"method": "none"},
        {"code": odd, "method": "unknown"},
    ):
        answer = half_way.post("/login/code", data={"csrf_token": token, **form})
        assert answer.status_code in {303, 422}
        assert not is_inside(half_way)


def test_mfa_19_nothing_opens_for_somebody_without_an_app(client, anna):
    for path in ("/login/code", "/login/set-up"):
        token = csrf_token(client, "/login")
        answer = client.post(path, data={"csrf_token": token, "code": "000000"})

        assert (answer.status_code, answer.location) == (303, "/login")


def test_mfa_20_the_address_an_app_reads_is_strong_and_a_code_lives_three_steps(app, client, anna, clock):
    login_as(client, anna)
    submit(client, "/account/two-factor/start", form_at="/account/security")
    page = client.get("/account/two-factor/set-up").text
    query = parse_qs(urlsplit(re.search(r'href="(otpauth://[^"]+)"', page).group(1).replace("&amp;", "&")).query)

    assert len(base64.b32decode(query["secret"][0])) == 20
    assert query.get("digits", ["6"]) == ["6"]
    assert query.get("period", ["30"]) == ["30"]


def test_mfa_21_nothing_gives_guesses_back(app, client, with_app, clock):
    make_user(app, "mallory")
    for _ in range(2):
        browser = app.test_client()
        sign_in(browser)
        for _ in range(4):
            submit(browser, "/login/code", code="000000")
        sign_in(app.test_client(), "mallory")  # an own success from the same address
    browser = app.test_client()
    sign_in(browser)
    submit(browser, "/login/code", code=code_of_app(app, with_app))  # the owner's success
    other = app.test_client()
    sign_in(other)
    answers = [submit(other, "/login/code", code="000000").status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_ses_02_the_secret_changes_when_a_factor_is_shown(app, client, with_app):
    login_as(client, with_app)
    before = client.get_cookie("watchword").value
    submit(client, "/account/confirm?next=/account", method="authenticator", code=code_of_app(app, with_app))
    copy = app.test_client()
    copy.set_cookie("watchword", before)

    assert client.get_cookie("watchword").value != before
    assert is_inside(client)
    assert not is_inside(copy)


@pytest.mark.parametrize(("minutes", "is_taken"), [(9, True), (10, False), (60, False)])
def test_ses_10_a_half_finished_sign_in_dies_after_ten_minutes(app, half_way, with_app, clock, minutes, is_taken):
    token = csrf_token(half_way, "/login/code")
    clock.pass_(minutes=minutes)
    half_way.post("/login/code", data={"csrf_token": token, "code": code_of_app(app, with_app)})

    assert is_inside(half_way) is is_taken


def test_ses_11_signing_out_half_way_wipes_the_waiting_sign_in(app, half_way, with_app):
    held = half_way.get_cookie("watchword-pre").value
    token = csrf_token(half_way, "/login/code")
    submit(half_way, "/logout")
    half_way.set_cookie("watchword-pre", held)

    half_way.post("/login/code", data={"csrf_token": token, "code": code_of_app(app, with_app)})

    assert not is_inside(half_way)
