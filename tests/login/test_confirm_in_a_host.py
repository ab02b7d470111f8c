"""In an app whose pages are its own, only what its own pages sent goes on after the confirmation (WEB-01)."""

from __future__ import annotations

import pytest
from flask import Flask, request

from tests.conftest import SECRET
from watchword import Watchword, fresh_login_required
from watchword.testing import PASSWORD, cheap_hasher, login_as, make_user, submit
from watchword.web import interrupted
from watchword.web.setup import setup_of


@pytest.fixture
def app(database_url, clock, mailbox, tmp_path):
    app = Flask("host", root_path=str(tmp_path), static_folder=None)
    app.config.update(
        TESTING=True, SECRET_KEY=SECRET, DATABASE_URL=database_url, WATCHWORD_PUBLIC_URL="http://localhost"
    )
    Watchword(app, clock=clock, carrier=mailbox, hasher=cheap_hasher())

    @app.route("/transfer", methods=["GET", "POST"])
    @fresh_login_required
    def transfer():
        before = interrupted.typed(request.path) or {}
        return f"to {before.get('to')}, pin {before.get('pin')}"

    yield app
    setup_of(app).tools.store.dispose()


@pytest.fixture
def stale(app, clock):
    client = app.test_client()
    login_as(client, make_user(app, "anna"))
    clock.pass_(minutes=10, seconds=1)
    return client


def test_its_form_is_filled_in_again_but_for_secrets(stale):
    stale.post("/transfer", data={"to": "carla", "pin": "1234"}, headers={"Origin": "http://localhost"})

    assert submit(stale, "/account/confirm", password=PASSWORD, next="/transfer").location == "/transfer"
    assert stale.get("/transfer").text == "to carla, pin None"


def test_a_form_of_another_site_is_not_filled_in(stale):
    answer = stale.post("/transfer", data={"to": "mallory"}, headers={"Origin": "https://evil.test"})

    assert answer.location == "/account/confirm?next=/transfer"
    submit(stale, "/account/confirm", password=PASSWORD, next="/transfer")
    assert stale.get("/transfer").text == "to None, pin None"


def test_a_query_that_is_no_text_is_led_back_to_as_it_was(stale):
    answer = stale.get("/transfer", environ_overrides={"QUERY_STRING": "q=\xff"})

    assert (answer.status_code, answer.location) == (303, "/account/confirm?next=/transfer?q%3D%25FF")
