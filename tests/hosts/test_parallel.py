"""Many at the same moment, in a host's session: used once is used once, and nobody finds the database locked."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.pool import StaticPool

from tests.hosts.orders import count_of
from tests.support.together import together
from watchword import User, Watchword
from watchword.core.errors import TooManyTries
from watchword.core.limits import Rate
from watchword.features.sessions.models import UserSession
from watchword.testing import PASSWORD, cheap_hasher, csrf_token, submit
from watchword.web.setup import setup_of


@pytest.fixture(autouse=True)
def _several_connections(engine):
    if isinstance(engine.pool, StaticPool):
        pytest.skip("one connection is one at a time")


def test_a_rate_lets_exactly_so_many_through(app):
    rate = Rate.of("test", "5/minute")

    def take(_number):
        with app.app_context():
            try:
                setup_of(app).tools.limits.take(rate)
            except TooManyTries:
                return False
            return True

    assert sum(together(12, take)) == 5


def test_a_link_makes_one_user(app, db, mailbox, deliver):
    first = app.test_client()
    submit(first, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()
    browsers = [app.test_client() for _ in range(6)]
    forms = []
    for browser in browsers:
        browser.get(mailbox.link())
        forms.append({"csrf_token": csrf_token(browser, "/confirm-email"), "password": PASSWORD})

    answers = together(6, lambda number: browsers[number].post("/confirm-email", data=forms[number]).status_code)

    assert answers.count(303) == 1
    assert set(answers) <= {303, 404, 422}  # the link is used, or the name was taken a moment ago
    assert count_of(db, User) == 1


def test_right_passwords_all_get_in(app, db, anna):
    browsers = [app.test_client() for _ in range(8)]
    tokens = [csrf_token(browser, "/login") for browser in browsers]

    def sign_in(number):
        form = {"csrf_token": tokens[number], "identifier": "anna", "password": PASSWORD}
        return browsers[number].post("/login", data=form).status_code

    assert together(8, sign_in) == [303] * 8
    assert count_of(db, UserSession) == 8


def test_right_passwords_all_get_in_on_a_plain_engine(app, db, anna, tmp_path, clock):
    """The tables are there already; this app has sessions of its own on the same engine."""
    plain = Flask("plain", instance_path=str(tmp_path))
    plain.config.update(TESTING=True)
    Watchword(plain, engine=db.engine, clock=clock, hasher=cheap_hasher())

    test_right_passwords_all_get_in(plain, db, anna)
