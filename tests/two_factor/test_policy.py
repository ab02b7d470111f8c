from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from flask import Blueprint

from tests.support.together import together
from tests.two_factor.apps import begin_login, code_now, refused, set_up
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.sessions import service as sessions
from watchword.features.two_factor import authenticators, service
from watchword.features.two_factor.errors import (
    LastSecondFactor,
    SetUpNotForYou,
)
from watchword.features.two_factor.events import AuthenticatorAdded
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.testing.people import change
from watchword.web.setup import setup_of


@pytest.fixture
def required(make_app):
    return make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)


@pytest.fixture
def required_scope(required):
    from watchword.core.scope import Caller, Scope
    from watchword.web.setup import setup_of

    make_user(required, "anna")
    with required.app_context():
        scope = Scope(setup_of(required).tools, Caller(ip="192.0.2.1"))
        yield scope
        scope.close()


def start_at_login(scope):
    waiting = begin_login(scope).waiting
    service.start_at_login(scope, waiting)
    scope.commit()
    return waiting, authenticators.waiting_secret(scope, 1, service.holder_of_login(waiting))


def test_where_it_is_required_nobody_gets_in_before_setting_one_up(required_scope):
    scope = required_scope
    outcome = begin_login(scope)
    assert outcome.endpoint == "watchword.two_factor.set_up_first"
    waiting, secret = start_at_login(scope)

    finished = service.finish_at_login(scope, waiting, code=code_now(scope, secret), label="Phone")
    scope.commit()

    assert len(finished.codes) == 10
    assert sessions.visitor(scope, finished.outcome.session).proofs == {"pwd", "otp"}


def test_of_two_who_set_up_with_one_password_the_second_is_refused(required_scope):
    """Whoever stole the password must not add a factor beside the owner's."""
    scope = required_scope
    mine, my_secret = start_at_login(scope)
    theirs, their_secret = start_at_login(scope)
    service.finish_at_login(scope, mine, code=code_now(scope, my_secret), label="Phone")
    scope.commit()

    refused(scope, SetUpNotForYou, service.finish_at_login, theirs, code=code_now(scope, their_secret), label="Theirs")
    refused(scope, SetUpNotForYou, service.start_at_login, theirs)
    assert [each.label for each in authenticators.list_for(scope, 1)] == ["Phone"]


def test_a_set_up_whose_sign_in_is_over_leaves_no_factor(required_scope):
    """The sign-in is given up in the very moment in which its app is added."""
    scope = required_scope
    waiting, secret = start_at_login(scope)
    given_up = (AuthenticatorAdded, lambda inside, _event: login.give_up(inside, waiting))
    scope.tools = replace(scope.tools, listeners=(*scope.tools.listeners, given_up))

    refused(scope, LoginNotWaiting, service.finish_at_login, waiting, code=code_now(scope, secret), label="Phone")

    assert authenticators.list_for(scope, 1) == []


def test_the_last_factor_stays_where_one_is_required(required_scope):
    scope = required_scope
    set_up(scope, 1)
    (only,) = authenticators.list_for(scope, 1)
    refused(scope, LastSecondFactor, service.remove, 1, only.handle)

    set_up(scope, 1, label="Tablet")
    service.remove(scope, 1, only.handle)


def test_nobody_sets_up_inside_a_sign_in_where_none_is_required(scope, anna):
    set_up(scope, anna)
    waiting = begin_login(scope).waiting

    refused(scope, SetUpNotForYou, service.start_at_login, waiting)


def test_of_six_set_ups_at_once_with_one_password_one_becomes_a_factor(required, required_scope):
    from watchword.core.scope import Caller, Scope
    from watchword.web.setup import setup_of

    started = [start_at_login(required_scope) for _ in range(6)]
    scopes = [Scope(setup_of(required).tools, Caller(ip="192.0.2.1")) for _ in started]

    def finish(number):
        waiting, secret = started[number]
        with required.app_context():
            try:
                code = code_now(scopes[number], secret)
                service.finish_at_login(scopes[number], waiting, code=code, label=f"{number}")
            except (SetUpNotForYou, LoginNotWaiting):
                return False
            else:
                return True
            finally:
                scopes[number].commit()
                scopes[number].close()

    assert Counter(together(6, finish)) == {True: 1, False: 5}
    assert authenticators.count(required_scope, 1) == 1


def test_a_policy_of_the_host_says_of_whom_a_factor_is_required(app, scope, anna):
    make_user(app, "berta")
    scope.tools = replace(scope.tools, policies={"second_factor_required_of": lambda _scope, user_id: user_id == anna})

    assert service.must_set_up(scope, anna, frozenset({"pwd"}))
    assert not service.must_set_up(scope, anna + 1, frozenset({"pwd"}))
    assert not service.must_set_up(scope, anna, frozenset({"swk", "user"}))


SHORT = "vK7nQ2wX9t"


@pytest.fixture
def strict_with_berta(make_app):
    """An app where berta needs a second factor, and anna doesn't."""
    policies = {"second_factor_required_of": lambda scope, user_id: accounts.get(scope, user_id).username == "berta"}
    app = make_app(policies=policies)
    make_user(app, "anna")
    make_user(app, "berta")
    return app


def change_password(app, name):
    browser = app.test_client()
    with change(app) as scope:
        login_as(browser, accounts.find(scope, name).id, proofs=("pwd", "otp"))
    shown = browser.get("/account/password").text
    answer = submit(browser, "/account/password", current_password=PASSWORD, password=SHORT)
    return answer.status_code, "At least 8" in shown, "At least 15" in shown


def test_d3_who_needs_a_factor_may_change_to_a_shorter_password_and_nobody_else(strict_with_berta):
    assert change_password(strict_with_berta, "anna") == (422, False, True)
    assert change_password(strict_with_berta, "berta") == (303, True, False)


@pytest.mark.parametrize(("name", "status"), [("anna", 422), ("berta", 303)])
def test_the_same_holds_for_a_reset(strict_with_berta, mailbox, name, status):
    browser = strict_with_berta.test_client()
    submit(browser, "/forgot-password", email=f"{name}@example.com")
    setup_of(strict_with_berta).delivery.run_once()
    browser.get(mailbox.link())

    assert submit(browser, "/reset-password", password=SHORT).status_code == status


def test_who_registers_may_choose_a_shorter_one_only_where_everyone_needs_a_factor(required, strict_with_berta):
    def register(app):
        answer = submit(app.test_client(), "/register", username="carla", email="carla@example.com", password=SHORT)
        return answer.status_code

    assert (register(required), register(strict_with_berta)) == (303, 422)


def test_who_needs_no_factor_any_more_chooses_a_longer_password(strict_with_berta, make_app):
    assert change_password(strict_with_berta, "berta")[0] == 303
    for app, page in ((make_app(), "/login/new-password"), (strict_with_berta, "/login/set-up")):
        assert submit(app.test_client(), "/login", identifier="berta", password=SHORT).location == page


def test_the_meter_judges_by_what_the_page_says_and_never_below_eight(strict_with_berta):
    browser = strict_with_berta.test_client()
    token = csrf_token(browser, "/login")

    def score(password, **minimum):
        form = {"csrf_token": token, "password": password, **minimum}
        return browser.post("/password/strength", data=form).json["score"]

    assert score(SHORT) == 0
    assert score(SHORT, minimum="8") >= 3
    assert score("vK7nQ2w", minimum="1") == 0


@pytest.fixture
def guarded(app):
    from watchword import second_factor_required

    app.add_url_rule("/payroll", "payroll", second_factor_required(lambda: "the payroll"))
    return app.test_client()


def test_a_guarded_page_of_a_host_wants_two_factors(app, guarded, anna, totp_code, clock):
    assert guarded.get("/payroll").location == "/login?next=/payroll"
    login_as(guarded, anna)
    assert guarded.get("/payroll").location == "/account/two-factor?next=/payroll"
    assert "That page needs a second step" in guarded.get("/account/two-factor?next=/payroll").text
    assert guarded.get("/payroll", headers={"Accept": "application/json"}).json["code"] == "second_factor_missing"

    code = totp_code(anna)
    asked = guarded.get("/payroll")
    assert asked.location == "/account/confirm?next=/payroll"
    submit(guarded, asked.location, method="authenticator", code=code)

    assert guarded.get("/payroll").text == "the payroll"


HTMX = {"HX-Request": "true"}


def test_htmx_is_led_to_the_choice_of_what_to_set_up_and_later_to_the_factor(guarded, anna, totp_code):
    login_as(guarded, anna)
    choice = guarded.get("/payroll", headers=HTMX)
    totp_code(anna)
    factor = guarded.get("/payroll", headers=HTMX)

    assert (choice.status_code, choice.headers["HX-Redirect"]) == (403, "/account/two-factor?next=/payroll")
    assert (factor.status_code, factor.headers["HX-Redirect"]) == (403, "/account/confirm?next=/payroll")


@pytest.fixture
def ledger(app):
    """A blueprint of a host behind the guard, and a browser on it."""
    from watchword import second_factor_required

    blueprint = Blueprint("ledger", __name__)
    blueprint.before_request(second_factor_required)
    blueprint.add_url_rule("/ledger", "ledger", lambda: "the ledger", methods=["GET", "POST"])
    app.register_blueprint(blueprint)
    return app.test_client()


def test_a_whole_blueprint_of_a_host_wants_two_factors(ledger, anna):
    assert ledger.get("/ledger").location == "/login?next=/ledger"
    login_as(ledger, anna)
    assert ledger.get("/ledger").location == "/account/two-factor?next=/ledger"
    assert ledger.post("/ledger").location == "/account/two-factor"

    login_as(ledger, anna, proofs=("pwd", "otp"))

    assert ledger.get("/ledger").text == ledger.post("/ledger").text == "the ledger"
