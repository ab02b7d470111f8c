"""Requests that share one app context share nothing of ours: a test pushes one, and so does pytest-flask."""

from __future__ import annotations

from threading import Thread

import pytest
from flask import Flask, copy_current_request_context
from sqlalchemy import select, update

from watchword import User, Watchword, current_user
from watchword.testing import csrf_token, login_as, make_user, submit
from watchword.web.current import scope
from watchword.web.request_state import state
from watchword.web.setup import setup_of


@pytest.fixture
def berta(app):
    return make_user(app, "berta")


def test_two_browsers_in_one_app_context_are_two_people(app, anna, berta):
    hers, his, nobodys = app.test_client(), app.test_client(), app.test_client()
    login_as(hers, anna)
    login_as(his, berta)

    with app.app_context():
        assert ">anna<" in hers.get("/dashboard").text
        assert ">berta<" in his.get("/dashboard").text
        assert nobodys.get("/dashboard").location == "/login?next=/dashboard"
        assert ">anna<" in hers.get("/dashboard").text


def test_a_pushed_request_of_a_test_is_not_the_visitor_of_the_next(app, anna):
    browser = app.test_client()
    login_as(browser, anna)

    with app.test_request_context("/"):  # what pytest-flask does around every test
        assert not current_user.is_authenticated
        assert browser.get("/account").status_code == 200
        assert not current_user.is_authenticated


def test_the_form_of_one_browser_is_worth_nothing_in_another(app):
    first, second = app.test_client(), app.test_client()

    with app.app_context():
        token = csrf_token(first, "/login")
        form = {"csrf_token": token, "identifier": "anna", "password": "whatever it may be"}
        assert second.post("/login", data=form).status_code == 403
        assert first.post("/login", data=form).status_code == 422


def test_a_session_that_ended_is_over_in_the_same_app_context(app, anna):
    browser = app.test_client()
    login_as(browser, anna)

    with app.app_context():
        assert browser.get("/account").status_code == 200
        submit(browser, "/logout")
        assert browser.get("/account").status_code == 303


def test_a_view_that_calls_another_keeps_its_own_visitor(app, anna, berta):
    inner = app.test_client()
    login_as(inner, berta)

    @app.get("/calls-another")
    def calls_another():
        before = current_user.username
        inside = ">berta<" in inner.get("/dashboard").text
        return [before, inside, current_user.username]

    outer = app.test_client()
    login_as(outer, anna)

    assert outer.get("/calls-another").json == ["anna", True, "anna"]


def test_what_a_request_opened_is_closed_at_its_end_though_the_app_context_goes_on(app, anna):
    @app.get("/begins-a-change")
    def begins_a_change():
        scope().db.execute(update(User).values(is_admin=True))
        return "left open"

    browser = app.test_client()
    login_as(browser, anna)

    with app.app_context():
        assert browser.get("/begins-a-change").text == "left open"
        make_user(app, "berta")  # SQLite would wait for the other one's lock until it gives up
        with app.test_request_context("/"):
            assert scope().read.scalar(select(User.is_admin).where(User.username == "anna")) is False


def test_outside_a_request_there_is_one_state_until_the_context_ends(app):
    with app.app_context():
        assert state() is state()
        first = state()
    with app.app_context():
        assert state() is not first


def test_a_thread_that_works_on_a_copy_of_the_request_ends_nothing_of_it(app, anna):
    @app.get("/works-aside")
    def works_aside():
        scope().db.execute(update(User).values(is_admin=True))
        seen = []
        aside = Thread(target=copy_current_request_context(lambda: seen.append(current_user.username)))
        aside.start()
        aside.join()
        scope().commit()
        return seen

    browser = app.test_client()
    login_as(browser, anna)

    assert browser.get("/works-aside").json == ["anna"]
    with app.app_context():
        assert scope().read.scalar(select(User.is_admin).where(User.id == anna))


def test_another_app_that_is_asked_in_a_request_answers_for_itself(app, anna, sqlite_files):
    with sqlite_files.fresh() as url:
        other = Flask("other")
        other.config.update(TESTING=True, DATABASE_URL=url)
        Watchword(other)
        make_user(other, "zoe")

        @app.get("/asks-another")
        def asks_another():
            mine = scope()
            with other.app_context():
                names = list(scope().read.scalars(select(User.username)))
            return [current_user.username, names, scope() is mine]

        browser = app.test_client()
        login_as(browser, anna)

        assert browser.get("/asks-another").json == ["anna", ["zoe"], True]
        setup_of(other).tools.store.dispose()
