from __future__ import annotations

import pytest

from watchword.core.feature import EmailConfirmation, Feature
from watchword.features.email_confirmation import responses
from watchword.testing import PASSWORD, csrf_token, submit
from watchword.web import csrf
from watchword.web.setup import setup_of


@pytest.fixture
def app(make_app):
    """The app with a host's own kind of confirmation."""
    app = make_app()

    def by_link(link):
        csrf.require_for_changes()
        return f"by {link}"

    def by_code():
        csrf.require_for_changes()
        return "by code"

    @app.get("/begin")
    def begin():
        responses.wait_for("newsletter")
        return "begun"

    kind = EmailConfirmation(
        name="newsletter", knows=lambda _scope, link: link.startswith("news-"), by_link=by_link, by_code=by_code
    )
    site = setup_of(app)
    site.features = (*site.features, Feature(name="newsletter", summary="", email_confirmations=(kind,)))
    return app


def test_a_link_is_opened_by_the_feature_that_signed_it(client):
    answer = client.get("/confirm-email/news-1")

    assert (answer.status_code, answer.location) == (303, "/confirm-email")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/confirm-email").text == "by news-1"


def test_a_link_that_nobody_signed_is_told_with_no_word_about_anybody(client, anna):
    client.get("/confirm-email/forged")

    answer = client.get("/confirm-email")

    assert answer.status_code == 404
    assert "anna" not in answer.text
    assert client.get("/confirm-email").location == "/login"


def test_without_a_link_the_code_is_asked_for_by_whom_this_browser_waits(client):
    client.get("/begin")

    assert client.get("/confirm-email").text == "by code"


def test_a_link_goes_before_the_code(client):
    client.get("/begin")
    client.get("/confirm-email/news-1")

    assert client.get("/confirm-email").text == "by news-1"


def test_a_browser_that_waits_for_nothing_is_sent_to_sign_in(client):
    assert client.get("/confirm-email").location == "/login"


def test_a_token_too_long_for_a_cookie_is_dropped(client):
    assert client.get("/confirm-email/" + "n" * 513).location == "/confirm-email"
    assert client.get("/confirm-email").location == "/login"


def test_registration_still_confirms_beside_it(client, deliver, mailbox):
    submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()

    answer = submit(client, "/confirm-email", code=mailbox.code())

    assert answer.location == "/login"
    assert csrf_token(client, "/login")
