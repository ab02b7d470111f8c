"""An app mounted below a path, by a proxy or beside another app: the page somebody came for is found again there."""

from __future__ import annotations

import pytest
from flask import Flask, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from watchword import fresh_login_required
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web import csrf


@pytest.fixture
def app(make_app):
    app = make_app()

    @app.route("/orders/<name>")
    @fresh_login_required
    def order(name):
        return f"the order of {name}"

    @app.route("/transfer", methods=["GET", "POST"])
    @fresh_login_required
    def transfer():
        return "the form"

    @app.post("/erase")
    @fresh_login_required
    def erase():
        csrf.require()
        return f"erased {request.form['what']}"

    app.wsgi_app = DispatcherMiddleware(Flask("around").wsgi_app, {"/shop": app.wsgi_app})
    return app


@pytest.fixture
def stale(app, client, clock):
    """A browser in which somebody signed in too long ago."""
    login_as(client, make_user(app, "anna"))
    clock.pass_(minutes=10, seconds=1)
    return client


def confirmed(client, sent_to):
    token = csrf_token(client, sent_to)
    return client.post(sent_to, data={"csrf_token": token, "password": PASSWORD})


@pytest.mark.parametrize("page", ["/shop/account/activity?page=2&of=%C3%A9", "/shop/orders/caf%C3%A9%20%3F"])
def test_signing_in_leads_back_to_the_page_that_was_wanted(app, client, page):
    make_user(app, "anna")

    to_sign_in = client.get(page).location
    answer = submit(client, to_sign_in, identifier="anna", password=PASSWORD)

    assert to_sign_in.startswith("/shop/login?next=")
    assert answer.location == page
    assert client.get(page).status_code == 200


def test_confirming_leads_back_to_the_page_that_was_wanted(stale):
    to_confirm = stale.get("/shop/orders/7").location

    assert confirmed(stale, to_confirm).location == "/shop/orders/7"


def test_confirming_leads_to_a_page_beside_the_mounted_app_too(stale):
    assert confirmed(stale, "/shop/account/confirm?next=/about").location == "/about"


def test_a_form_that_was_interrupted_is_shown_again_at_its_page(stale):
    token = csrf_token(stale, "/shop/account/confirm")
    sent = stale.post(
        "/shop/transfer", data={"csrf_token": token, "amount": "7"}, headers={"Origin": "http://localhost"}
    )

    answer = confirmed(stale, sent.location)

    assert answer.location == "/shop/transfer"
    assert "send it once more" in stale.get("/shop/account").text


def test_a_button_that_was_interrupted_is_offered_again(stale):
    token = csrf_token(stale, "/shop/account/confirm")
    sent = stale.post("/shop/erase", data={"csrf_token": token, "what": "it"}, headers={"Origin": "http://localhost"})

    page = stale.get(confirmed(stale, sent.location).location)

    assert 'action="/shop/erase"' in page.text
    assert (
        stale.post("/shop/erase", data={"csrf_token": csrf_token(stale, "/shop/logout"), "what": "it"}).status_code
        == 200
    )
