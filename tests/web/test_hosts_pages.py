from __future__ import annotations

from typing import ClassVar

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView, View

from watchword import Watchword, fresh_login_required, login_required
from watchword.core.errors import TooManyTries
from watchword.testing import FakeClock, Mailbox, login_as, make_user, put_tools
from watchword.web.setup import setup_of


def test_a_host_overrides_one_block_of_one_page(tmp_path, sqlite_files):
    page = tmp_path / "templates" / "watchword" / "login"
    page.mkdir(parents=True)
    (page / "sign_in.html").write_text(
        '{% extends "watchword-original/login/sign_in.html" %}{% block auth_after_form %}Call 555 0100{% endblock %}'
    )
    with sqlite_files.fresh() as url:
        app = Flask("host", template_folder=str(tmp_path / "templates"), instance_path=str(tmp_path / "instance"))
        app.config.update(TESTING=True, DATABASE_URL=url)
        Watchword(app)
        text = app.test_client().get("/login").text
        setup_of(app).tools.store.dispose()

    assert "Call 555 0100" in text
    assert 'name="identifier"' in text


@pytest.fixture
def host(tmp_path, sqlite_files):
    with sqlite_files.fresh() as url:
        app = Flask("host", instance_path=str(tmp_path / "instance"))
        app.config.update(TESTING=True, DATABASE_URL=url)
        Watchword(app)
        yield app
        setup_of(app).tools.store.dispose()


def test_a_guard_on_a_hosts_view_leads_to_the_sign_in_page(host):
    host.get("/members")(login_required(lambda: "inside"))
    browser = host.test_client()

    assert browser.get("/members?page=2").location == "/login?next=/members?page%3D2"
    assert browser.get("/members", headers={"Accept": "application/json"}).status_code == 401


def test_a_refusal_in_a_hosts_view_gets_a_page_of_ours(host):
    @host.get("/busy")
    def busy():
        raise TooManyTries(retry_after=7, values={"wait": 7})

    answer = host.test_client().get("/busy")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "7 seconds" in answer.text


def test_the_other_errors_of_a_host_stay_its_own(host):
    host.register_error_handler(404, lambda _error: ("mine", 404))

    assert host.test_client().get("/nothing").text == "mine"


class Members(MethodView):
    decorators: ClassVar = [login_required]

    def get(self):
        return "inside"


class Old(View):
    decorators: ClassVar = [fresh_login_required]

    def dispatch_request(self):
        return "inside"


def guarded_blueprint(guard):
    blueprint = Blueprint("area", __name__)
    blueprint.before_request(guard)
    blueprint.get("/area")(lambda: "inside")
    return blueprint


@pytest.mark.parametrize("path", ["/members", "/old", "/area"])
def test_guards_stand_on_class_views_and_blueprints(host, path):
    host.add_url_rule("/members", view_func=Members.as_view("members"))
    host.add_url_rule("/old", view_func=Old.as_view("old"))
    host.register_blueprint(guarded_blueprint(login_required))
    browser = host.test_client()
    assert browser.get(path).location == f"/login?next={path}"

    login_as(browser, make_user(host))

    assert browser.get(path).text == "inside"


def test_a_blueprint_may_want_a_fresh_login(host):
    host.register_blueprint(guarded_blueprint(fresh_login_required))
    clock = FakeClock()
    put_tools(host, clock, Mailbox())
    browser = host.test_client()
    login_as(browser, make_user(host))
    assert browser.get("/area").text == "inside"

    clock.pass_(minutes=11)

    assert browser.get("/area").location.startswith("/account/confirm")


def test_in_a_hosts_app_our_pages_decide_nothing_about_its_other_subdomains(tmp_path, sqlite_files):
    with sqlite_files.fresh() as url:
        host = Flask("host", instance_path=str(tmp_path / "instance"))
        host.config.update(TESTING=True, DATABASE_URL=url, WATCHWORD_PUBLIC_URL="https://example.com")
        Watchword(host)
        host.get("/theirs")(lambda: "theirs")
        browser = host.test_client()
        ours, theirs = browser.get("/login").headers, browser.get("/theirs").headers
        setup_of(host).tools.store.dispose()

    assert ours["Strict-Transport-Security"] == "max-age=63072000"
    assert "Strict-Transport-Security" not in theirs
