"""The fixtures, as a host's test run finds them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask

from watchword import Watchword, current_user, login_required, second_factor_required, testing
from watchword.core.config import ConfigError
from watchword.testing import PASSWORD, Mailbox, add_passkey, cheap_hasher, passkey_for, put_tools, submit
from watchword.web.setup import setup_of

pytest_plugins = ["pytester"]

PRODUCTION = {
    "WATCHWORD_ENV": "production",
    "WATCHWORD_MAIL_URL": "smtp://mail.example.com",
    "WATCHWORD_PUBLIC_URL": "https://login.example.com",
}
APP = """
import pytest
from flask import Flask
from watchword import Watchword, current_user, login_required

@pytest.fixture
def {name}(tmp_path):
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True)
    Watchword(app)
    app.get("/")(login_required(lambda: f"Hello {{current_user.username}}"))
    yield app
    app.extensions["watchword"].tools.store.dispose()
"""
TESTS = """
from watchword.testing import PASSWORD, add_passkey, sign_in_by_passkey, submit

def test_a_page_for_members(make_user, login_as):
    assert login_as(make_user("anna")).get("/").text == "Hello anna"

def test_registration(app, mailbox, deliver):
    client = app.test_client()
    submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    assert deliver() == 2
    assert client.get(mailbox.link()).status_code == 303

def test_a_second_step(app, make_user, totp_code):
    anna, browser = make_user("anna"), app.test_client()
    code = totp_code(anna)
    assert submit(browser, "/login", identifier="anna", password=PASSWORD).location == "/login/code"
    submit(browser, "/login/code", code=code)
    assert browser.get("/").text == "Hello anna"

def test_a_passkey(app, make_user, login_as, passkey):
    assert add_passkey(login_as(make_user("anna")), passkey).status_code == 201
    browser = app.test_client()
    assert sign_in_by_passkey(browser, passkey, next="/orders").json == {"location": "/orders"}
    assert browser.get("/").text == "Hello anna"

def test_time(login_as, make_user, clock):
    client = login_as(make_user())
    clock.pass_(days=2)
    assert client.get("/").status_code == 303
"""


def test_a_host_tests_with_an_app_fixture_and_nothing_else(pytester):
    pytester.makeconftest(APP.format(name="app"))
    pytester.makepyfile(TESTS)

    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=5)


def test_a_host_whose_app_has_another_name_says_so_once(pytester):
    conftest = APP.format(name="flask_app") + (
        "\nfrom watchword.testing import put_tools\n"
        "@pytest.fixture\n"
        "def watchword_app(flask_app, clock, mailbox):\n"
        "    take_back = put_tools(flask_app, clock, mailbox)\n"
        "    yield flask_app\n"
        "    take_back()\n"
    )
    pytester.makeconftest(conftest)
    pytester.makepyfile(
        "def test_it(make_user, login_as):\n    assert login_as(make_user('anna')).get('/').text == 'Hello anna'\n"
    )

    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_an_app_that_outlives_a_test_is_as_it_was_before_it(pytester):
    lasting = (
        APP.format(name="app")
        .replace("fixture\n", 'fixture(scope="session")\n')
        .replace("tmp_path", "tmp_path_factory")
    )
    pytester.makeconftest(lasting.replace("str(tmp_path_factory)", "str(tmp_path_factory.mktemp('app'))"))
    pytester.makepyfile(
        """
import pytest
from watchword.testing import submit
from watchword.web.setup import setup_of

@pytest.mark.parametrize("number", range(7))
def test_guesses_of_others_do_not_count(app, watchword_app, clock, number):
    clock.pass_(days=number)
    assert submit(app.test_client(), "/login", identifier="nobody", password="none of theirs").status_code == 422

def test_who_asked_for_nothing_has_the_apps_own_tools(app):
    setup = setup_of(app)
    assert type(setup.tools.clock).__name__ == "SystemClock"
    assert setup.delivery.carry_by(None) is None
    assert not setup.tools.limits.counts()
"""
    )

    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=8)


def test_a_hosts_own_fixture_of_the_same_name_wins(pytester):
    pytester.makeconftest("import pytest\n@pytest.fixture\ndef clock():\n    return 'mine'\n")
    pytester.makepyfile("def test_it(clock):\n    assert clock == 'mine'\n")

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_project_that_asks_for_nothing_loads_nothing():
    loads = "import sys, watchword.testing.plugin; print('flask' in sys.modules, 'sqlalchemy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


def test_login_as_hashes_nothing(app, make_user, login_as, monkeypatch):
    anna = make_user("anna")
    monkeypatch.setattr(type(setup_of(app).tools.hasher), "hash", None)
    monkeypatch.setattr(type(setup_of(app).tools.hasher), "verify", None)

    assert login_as(anna).get("/dashboard").status_code == 200


def test_each_login_is_a_browser_of_its_own(app, make_user, login_as):
    anna, berta = login_as(make_user("anna")), login_as(make_user("berta"))
    with app.app_context():
        assert ">anna<" in anna.get("/dashboard").text
        assert ">berta<" in berta.get("/dashboard").text


def test_login_as_takes_a_record_and_a_browser(app, client, anna, login_as):
    class Record:
        id = anna

    assert login_as(Record(), client) is client
    assert client.get("/dashboard").status_code == 200


def test_login_as_works_under_a_server_name(make_app, anna, make_user, login_as):
    app = make_app(SERVER_NAME="shop.test:8443")

    @app.get("/who")
    @login_required
    def who():
        return current_user.username

    browser = login_as(anna, app.test_client())

    assert browser.get("/who").text == "anna"


def test_a_passkey_works_under_a_server_name_and_a_prefix(tmp_path, clock, mailbox):
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True, SERVER_NAME="shop.test:8443", PREFERRED_URL_SCHEME="https")
    Watchword(app, url_prefix="/auth")
    put_tools(app, clock, mailbox)
    browser, key = app.test_client(), passkey_for(app)
    testing.login_as(browser, testing.make_user(app))

    assert add_passkey(browser, key).status_code == 201
    assert key.origin == "https://shop.test:8443"
    setup_of(app).tools.store.dispose()


def test_a_login_shows_the_proofs_that_it_is_told(app, make_user, login_as):
    @app.get("/payroll")
    @second_factor_required
    def payroll():
        return "here"

    anna = make_user("anna")

    assert login_as(anna).get("/payroll").status_code == 303
    assert login_as(anna, proofs=("pwd", "otp")).get("/payroll").text == "here"


def test_who_has_a_passkey_shows_it_before_adding_another(app, make_user, login_as, passkey):
    anna = make_user("anna")
    add_passkey(login_as(anna), passkey)

    refused = add_passkey(login_as(anna), passkey_for(app))
    assert (refused.status_code, refused.json["code"]) == (403, "login_not_fresh")
    assert add_passkey(login_as(anna, proofs=("hwk", "user")), passkey_for(app)).status_code == 201


def test_a_made_user_signs_in_with_the_known_password(client, make_user):
    make_user("carla", email="c@example.net")

    assert submit(client, "/login", identifier="c@example.net", password=PASSWORD).status_code == 303


def test_nothing_is_put_into_an_app_of_production(make_app, clock, mailbox):
    app = make_app(**PRODUCTION)

    with pytest.raises(RuntimeError, match="production"):
        put_tools(app, clock, mailbox)


def test_production_refuses_cheap_hashes(make_app):
    with pytest.raises(ConfigError, match="as cheaply as in tests"):
        make_app(hasher=cheap_hasher(), **PRODUCTION)


def test_a_mailbox_given_later_takes_the_mails(app, client, clock, deliver):
    deliver()
    later = Mailbox()
    put_tools(app, clock, later)
    submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()

    assert later.to("berta@example.com")
