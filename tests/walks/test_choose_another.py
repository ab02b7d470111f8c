"""Signing in with a password that is known to be bad: another one is chosen last, and nobody is locked out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.support.together import together
from watchword.core.scope import Scope
from watchword.features.accounts.models import User
from watchword.features.login.models import WaitingLogin
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web.setup import setup_of

KNOWN = "password1234567"
NEW = "seven maple trees in the wind"
CHOOSE = "/login/new-password"


@pytest.fixture(params=[KNOWN, "short", "anna anna anna"])
def weak(request, app):
    make_user(app, "anna", password=request.param)
    return request.param


@pytest.fixture
def berta(app):
    return make_user(app, "berta", password=KNOWN)


def sign_in(client, password, name="anna", **more):
    return submit(client, "/login", identifier=name, password=password, **more)


def test_pwd_05_who_has_a_weak_password_chooses_another_and_is_in(client, weak, deliver, mailbox):
    answer = sign_in(client, weak, next="/account/sessions")
    assert (answer.status_code, answer.location) == (303, CHOOSE)
    assert client.get("/account").status_code == 303
    assert "Choose another password" in client.get(CHOOSE).text

    done = submit(client, CHOOSE, password=NEW)

    assert (done.status_code, done.location) == (303, "/account/sessions")
    assert client.get("/account").status_code == 200
    deliver()
    assert mailbox.to("anna@example.com")
    assert sign_in(client.application.test_client(), weak).status_code == 422
    assert sign_in(client.application.test_client(), NEW).location == "/dashboard"


def test_who_has_a_good_one_is_asked_nothing(client, anna):
    assert sign_in(client, PASSWORD).location == "/dashboard"


def test_an_estimate_alone_takes_no_password_away(client, app):
    """It could not be chosen today; but it is on no list, and estimates change with each version (decision 27)."""
    make_user(app, "anna", password="responsibilities")

    assert sign_in(client, "responsibilities").location == "/dashboard"


def test_the_old_one_and_other_weak_ones_are_refused_and_the_sign_in_goes_on_waiting(client, weak):
    sign_in(client, weak)

    for password in (weak, "qwertyuiop12345"):
        assert submit(client, CHOOSE, password=password).status_code == 422
    assert submit(client, CHOOSE, password=NEW).status_code == 303


def test_the_choice_to_stay_signed_in_is_kept(client, berta):
    sign_in(client, KNOWN, "berta", remember="y")

    assert "Max-Age=2592000" in str(submit(client, CHOOSE, password=NEW).headers.getlist("Set-Cookie"))


def test_all_other_sessions_end(app, client, berta):
    other = app.test_client()
    login_as(other, berta)
    sign_in(client, KNOWN, "berta")
    assert other.get("/account").status_code == 200

    submit(client, CHOOSE, password=NEW)

    assert other.get("/account").status_code == 303


def test_who_leaves_is_not_locked_out(client, berta):
    sign_in(client, KNOWN, "berta")

    assert sign_in(client, KNOWN, "berta").location == CHOOSE


def test_without_a_sign_in_that_waits_for_it_nothing_can_be_chosen(app, client, berta):
    assert client.get(CHOOSE).status_code == 422
    sign_in(client, KNOWN, "berta")
    token = csrf_token(client, CHOOSE)
    submit(client, CHOOSE, password=NEW)

    again = client.post(CHOOSE, data={"csrf_token": token, "password": "another seven maple trees"})
    assert again.status_code in {403, 422}
    assert sign_in(app.test_client(), NEW, "berta").location == "/dashboard"


class Code:
    """A step that asks for a code."""

    name, endpoint = "otp", "app.index"

    def needed(self, scope, user_id, proofs):
        return "otp" not in proofs


def test_pwd_03_the_code_comes_first_and_before_it_no_password_can_be_set(app, client, berta, new_scope):
    setup_of(app).tools = replace(setup_of(app).tools, login_steps=(Code(),))
    with app.app_context():
        before = new_scope().read.scalar(select(User.password_hash))

    answer = sign_in(client, KNOWN, "berta")

    assert answer.location == "/index"
    assert client.get(CHOOSE).status_code == 422
    token = csrf_token(client, "/login")
    assert client.post(CHOOSE, data={"csrf_token": token, "password": NEW}).status_code == 422
    assert new_scope().read.scalar(select(User.password_hash)) == before


def test_after_the_code_another_password_is_still_due(app, berta, new_scope):
    from watchword.features.login import service as login
    from watchword.features.my_account import service as my_account

    setup_of(app).tools = replace(setup_of(app).tools, login_steps=(Code(),))
    scope = Scope(setup_of(app).tools)
    waiting = login.with_password(scope, "berta", KNOWN).waiting
    scope.commit()
    outcome = login.passed(scope, waiting, "otp")
    assert outcome.endpoint == "watchword.my_account.choose_password"
    scope.commit()

    done = my_account.choose_another(scope, outcome.waiting, NEW)
    scope.commit()
    scope.close()

    assert done.session


def test_of_six_at_once_one_chooses(app, client, berta):
    sign_in(client, KNOWN, "berta")
    token = csrf_token(client, CHOOSE)
    cookie = client.get_cookie("watchword-pre").value
    browsers = [app.test_client() for _ in range(6)]
    for browser in browsers:
        browser.set_cookie("watchword-pre", cookie)

    def choose(number):
        form = {"csrf_token": token, "password": f"{NEW} {number}"}
        return browsers[number].post(CHOOSE, data=form).status_code

    answers = together(6, choose)
    assert sorted(answers) == [303, 422, 422, 422, 422, 422]


def test_a_password_that_was_changed_meanwhile_is_not_changed_again(app, client, berta, new_scope):
    sign_in(client, KNOWN, "berta")
    token = csrf_token(client, CHOOSE)
    scope = new_scope()
    scope.db.execute(update(User).values(credential_version=User.credential_version + 1))
    scope.commit()

    assert client.post(CHOOSE, data={"csrf_token": token, "password": NEW}).status_code == 422
    assert sign_in(app.test_client(), KNOWN, "berta").location == CHOOSE


def test_what_waits_holds_no_password(client, berta, new_scope):
    sign_in(client, KNOWN, "berta")

    row = new_scope().read.execute(select(*WaitingLogin.__table__.columns)).one()
    assert row.due == "choose_password"
    assert KNOWN not in str(tuple(row))
