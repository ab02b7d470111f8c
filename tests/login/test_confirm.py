"""Confirm it's you: a proof shown again before a sensitive act."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, request
from flask.views import MethodView

from watchword import fresh_login_required
from watchword.core.errors import AuthError
from watchword.features.login import service
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web import csrf

JSON = {"Accept": "application/json"}


class Shelf(MethodView):
    decorators = (fresh_login_required,)

    def get(self):
        return "the shelf"


@pytest.fixture
def app(make_app):
    """The app with pages of a host: a form, a button without a page, a class view, a guarded blueprint."""
    app = make_app()
    bank = Blueprint("bank", __name__)

    @app.route("/transfer", methods=["GET", "POST"])
    @fresh_login_required
    def transfer():
        if request.method == "GET":
            return "the form"
        csrf.require()
        return f"sent {request.form['amount']}"

    @app.post("/burn")
    @fresh_login_required
    def burn():
        csrf.require()
        return f"burnt {request.form.getlist('paper')}"

    @bank.route("/vault")
    def vault():
        return "the vault"

    bank.before_request(fresh_login_required(lambda: None))
    app.register_blueprint(bank)
    app.add_url_rule("/shelf", view_func=Shelf.as_view("shelf"))
    return app


@pytest.fixture
def stale(client, anna, clock):
    """A browser in which anna signed in more than ten minutes ago."""
    login_as(client, anna, remembered=True)
    clock.pass_(minutes=10, seconds=1)
    return client


def confirm(client, path="/account/confirm", password=PASSWORD, **fields):
    return submit(client, path, password=password, **fields)


def test_within_ten_minutes_of_signing_in_nothing_is_asked(signed_in, clock):
    clock.pass_(minutes=9, seconds=59)

    assert signed_in.get("/vault").text == "the vault"


@pytest.mark.parametrize("path", ["/transfer", "/vault", "/shelf"])
def test_later_the_page_asks_first_and_leads_back(stale, path):
    answer = stale.get(f"{path}?a=1")
    assert (answer.status_code, answer.location) == (303, f"/account/confirm?next={path}?a%3D1")

    answer = confirm(stale, answer.location, next=f"{path}?a=1")

    assert (answer.status_code, answer.location) == (303, f"{path}?a=1")
    assert stale.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/transfer", "/vault", "/shelf"])
def test_nobody_signed_in_is_sent_to_sign_in_instead(client, path):
    assert client.get(path).location == f"/login?next={path}"


def test_a_remembered_browser_is_not_fresh(client, anna, clock):
    login_as(client, anna, remembered=True)
    clock.pass_(days=2)

    assert client.get("/account").status_code == 200
    assert client.get("/vault").location.startswith("/account/confirm")


def test_how_long_it_stays_fresh_is_a_setting(make_app, clock):
    app = make_app(WATCHWORD_LOGIN_FRESH_FOR="2m")
    app.add_url_rule("/vault", view_func=fresh_login_required(lambda: "the vault"))
    client = app.test_client()
    login_as(client, make_user(app, "berta"))
    clock.pass_(minutes=2)

    assert client.get("/vault").status_code == 303


def test_a_program_is_told_by_a_stable_code(stale):
    answer = stale.get("/account/confirm", headers=JSON)
    assert answer.status_code == 200

    answer = stale.post("/burn", headers=JSON)

    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert answer.json["code"] == "login_not_fresh"


def test_htmx_is_led_to_the_page(stale):
    answer = stale.get("/vault", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, "/account/confirm?next=/vault")


def test_the_secret_is_renewed_and_the_proof_added(app, stale, scope):
    old = stale.get_cookie("watchword").value

    confirm(stale)

    new = stale.get_cookie("watchword").value
    user = sessions.visitor(scope, new)
    assert new != old
    assert not sessions.visitor(scope, old).is_authenticated
    assert (user.proved_at, user.proofs, user.remembered) == (scope.now, {"pwd"}, True)


def test_a_further_proof_is_kept_beside_the_first(scope, anna):
    secret = sessions.start(scope, anna, {"pwd"}, remembered=False)
    scope.commit()

    renewed = service.confirmed(scope, sessions.visitor(scope, secret), "otp")
    scope.commit()

    assert sessions.visitor(scope, renewed).proofs == {"pwd", "otp"}


def test_a_wrong_password_confirms_nothing_and_is_never_drawn(stale):
    answer = confirm(stale, password="not the password at all", next="/vault")

    assert answer.status_code == 422
    assert "That isn&#39;t your password" in answer.text
    assert "not the password" not in answer.text
    assert 'name="next" value="/vault"' in answer.text
    assert stale.get("/vault").status_code == 303


def test_rl_09_guesses_are_counted_like_sign_ins(stale):
    answers = [confirm(stale, password=f"not the password {number}").status_code for number in range(5)]

    assert [*answers, confirm(stale).status_code] == [422] * 5 + [429]


def test_a_form_that_was_interrupted_is_shown_again_at_its_page(stale):
    token = csrf_token(stale, "/account/confirm")
    answer = stale.post("/transfer", data={"csrf_token": token, "amount": "7"})

    answer = confirm(stale, answer.location, next="/transfer")

    assert answer.location == "/transfer"
    assert "send it once more" in stale.get("/account").text


def test_a_button_without_a_page_goes_on_by_one_click(stale):
    token = csrf_token(stale, "/account/confirm")
    answer = stale.post("/burn", data={"csrf_token": token, "paper": ["a", "<b>"], "pin": "1234", "otp_code": "9"})

    answer = confirm(stale, answer.location, next="/burn")
    page = stale.get(answer.location)
    typed = re.findall(r'name="(\w+)" value="([^"]*)"', page.text.partition('action="/burn"')[2])
    answer = stale.post("/burn", data={"csrf_token": dict(typed)["csrf_token"], "paper": ["a", "<b>"]})

    assert [pair for pair in typed if pair[0] != "csrf_token"] == [("paper", "a"), ("paper", "&lt;b&gt;")]
    assert "http-equiv" not in page.text
    assert answer.text == "burnt ['a', '<b>']"


def test_what_went_on_waits_no_longer(stale):
    token = csrf_token(stale, "/account/confirm")
    stale.post("/burn", data={"csrf_token": token, "paper": "a"})
    confirm(stale, next="/burn")
    submit(stale, "/burn", form_at="/account/confirm?next=/burn", paper="a")

    assert stale.get("/account/confirm?next=/burn").location == "/dashboard"


def test_after_ten_minutes_nothing_of_it_is_left(stale, clock):
    token = csrf_token(stale, "/account/confirm")
    stale.post("/burn", data={"csrf_token": token, "paper": "a"})
    clock.pass_(minutes=10, seconds=1)

    answer = confirm(stale, next="/burn")

    assert stale.get(answer.location).location == "/dashboard"


def test_somebody_else_signed_in_meanwhile_neither_confirms_nor_goes_on(app, stale):
    make_user(app, "carla", password="seven maple trees in the wind")
    token = csrf_token(stale, "/account/confirm")
    stale.post("/burn", data={"csrf_token": token, "paper": "a"})
    kept = stale.get_cookie("watchword-pre").value
    submit(stale, "/login", identifier="carla", password="seven maple trees in the wind")

    answer = stale.post("/account/confirm", data={"csrf_token": token, "password": PASSWORD, "next": "/burn"})

    assert answer.status_code == 403
    assert stale.get("/account/confirm?next=/burn").location == "/dashboard"
    stale.set_cookie("watchword-pre", kept)
    assert stale.get("/account/confirm?next=/burn").location == "/dashboard"


def test_a_form_of_another_site_is_not_kept(stale):
    stale.post("/burn", data={"paper": "evil"}, headers={"Origin": "https://evil.test"})

    answer = confirm(stale, next="/burn")

    assert stale.get(answer.location).location == "/dashboard"


def test_a_form_too_large_for_a_cookie_is_typed_again(stale):
    token = csrf_token(stale, "/account/confirm")
    long = "".join(chr(0x4E00 + number) for number in range(2000))
    stale.post("/burn", data={"csrf_token": token, "paper": long})

    answer = confirm(stale, next="/burn")

    assert stale.get(answer.location).location == "/dashboard"


def test_another_site_is_never_where_it_leads(stale):
    answer = confirm(stale, "/account/confirm?next=https://evil.test", next="https://evil.test")

    assert answer.location == "/dashboard"


def test_of_two_confirmations_at_the_same_time_one_renews(scope, new_scope, anna, clock):
    secret = sessions.start(scope, anna, {"pwd"}, remembered=False)
    scope.commit()
    clock.pass_(minutes=11)
    first, second = (sessions.visitor(each, secret) for each in (scope, new_scope()))
    service.confirmed(scope, first, "pwd")
    scope.commit()

    with pytest.raises(AuthError) as refused:
        service.confirmed(scope, second, "pwd")

    assert refused.value.code == "not_signed_in"
