"""A host's pages behind a shared cache: what somebody was asked for on is nobody else's (WEB-09)."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, abort, redirect, render_template_string, send_file, session

from watchword import Watchword, current_user, fresh_login_required, login_required
from watchword.testing import cheap_hasher, login_as, make_user
from watchword.web.setup import setup_of

SECRET = "r5Jw1nB8qT3xK6vZ0mD9sL2cF7hG4yPa-eUoTiN"


@pytest.fixture
def browser(app, anna):
    client = app.test_client()
    login_as(client, anna)
    return client


@pytest.fixture
def pages(app):
    """A host's pages, by how they ask who is there."""

    @app.get("/guarded")
    @login_required
    def guarded():
        return str(current_user.email)

    @app.get("/fresh")
    @fresh_login_required
    def fresh():
        return str(current_user.email)

    @app.get("/greeting")
    def greeting():
        return render_template_string("Hello {{ current_user.username }}")

    @app.get("/missing")
    @login_required
    def missing():
        abort(404)

    @app.get("/moved")
    @login_required
    def moved():
        return redirect(f"/of/{current_user.username}")

    @app.get("/basket")
    @login_required
    def basket():
        return str(session.get("basket"))

    return app


@pytest.mark.parametrize("path", ["/guarded", "/fresh", "/greeting", "/missing", "/moved", "/basket"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_web_09_a_page_that_asks_who_is_there_is_served_to_no_next_visitor(pages, browser, path, signed_in):
    client = browser if signed_in else pages.test_client()

    headers = client.get(path).headers

    assert headers["Cache-Control"] in {"private", "no-store"}
    assert "Cookie" in headers["Vary"].split(", ")


@pytest.mark.parametrize("said", ["public, max-age=60", "no-store", "private, max-age=5"])
def test_what_a_host_says_of_its_page_stays(app, browser, said):
    @app.get("/said")
    @login_required
    def says():
        return "mine", {"Cache-Control": said}

    answer = browser.get("/said")

    assert answer.headers.getlist("Cache-Control") == [said]
    assert answer.headers.getlist("Vary") == ["Cookie"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Accept-Encoding", "Accept-Encoding, Cookie"),
        ("X-Cookie-Banner", "X-Cookie-Banner, Cookie"),
        ("accept, cookie", "accept, cookie"),
    ],
)
def test_a_page_varies_by_whatever_it_said_and_by_who_asks(app, browser, said, told):
    @app.get("/said")
    @login_required
    def says():
        return "mine", {"Vary": said}

    assert browser.get("/said").headers.getlist("Vary") == [told]


def test_how_long_a_page_may_be_kept_does_not_say_by_whom(app, browser):
    @app.get("/said")
    @login_required
    def says():
        return "mine", {"Cache-Control": "max-age=60"}

    assert browser.get("/said").headers["Cache-Control"] == "max-age=60, private"


def test_a_page_on_which_an_earlier_hook_of_the_host_asked_is_private_and_renews_its_cookie(
    database_url, tmp_path, clock
):
    """Flask calls the hook last that was registered first; ours comes after it all the same."""
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(SECRET_KEY=SECRET, WATCHWORD_ENV="development", DATABASE_URL=database_url, TESTING=True)

    @app.after_request
    def name_the_visitor(response):
        response.headers["X-Visitor"] = str(current_user.username)
        return response

    Watchword(app, clock=clock, hasher=cheap_hasher())
    app.add_url_rule("/about", view_func=lambda: "About us")
    browser = app.test_client()
    login_as(browser, make_user(app, "anna"), remembered=True)
    clock.pass_(days=2)

    answer = browser.get("/about")
    setup_of(app).tools.store.dispose()

    assert answer.headers["X-Visitor"] == "anna"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "watchword=" in answer.headers["Set-Cookie"]


def test_a_page_and_a_file_that_never_ask_stay_cacheable(app, browser):
    @app.get("/about")
    def about():
        return "About us"

    @app.get("/logo.svg")
    def logo():
        return send_file(BytesIO(b"<svg/>"), "image/svg+xml", max_age=60)

    page, file = browser.get("/about").headers, browser.get("/logo.svg").headers

    assert not {"Cache-Control", "Vary"} & set(page.keys())
    assert (file["Cache-Control"], "Vary" in file) == ("public, max-age=60", False)
