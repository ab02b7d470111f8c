"""A host that signs people in and translates by other extensions too: theirs stays theirs, ours is ours on our pages.

The two stand-ins do to an app what Flask-Login 0.6 and Flask-Babel 4 do to it.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string

from watchword import Watchword, current_user, login_required, upgrade_database
from watchword.testing import cheap_hasher, login_as, make_user
from watchword.web.setup import setup_of

THEIRS = SimpleNamespace(username="their-user", is_authenticated=True)


def another_login(app):
    app.login_manager = object()
    app.context_processor(lambda: {"current_user": THEIRS})


def another_babel(app):
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(lambda text: f"their {text}", str, newstyle=True)


@pytest.fixture(params=["theirs first", "ours first"])
def host(request, sqlite_files, tmp_path):
    with sqlite_files.fresh() as url:
        app = Flask("host", instance_path=str(tmp_path))
        app.config.update(TESTING=True, DATABASE_URL=url)
        set_up = [another_login, another_babel, lambda app: Watchword(app, hasher=cheap_hasher())]
        for each in set_up if request.param == "theirs first" else reversed(set_up):
            each(app)
        upgrade_database(app)
        app.get("/theirs", endpoint="theirs")(
            lambda: render_template_string("{{ current_user.username }} {{ _('word') }}")
        )
        app.get("/ours", endpoint="ours")(
            login_required(lambda: render_template_string("{{ me.username }}", me=current_user))
        )
        yield app
        setup_of(app).tools.store.dispose()


def test_each_extension_keeps_its_current_user_and_its_words(host):
    browser = host.test_client()
    assert browser.get("/ours").status_code == 303
    login_as(browser, make_user(host, "anna"))

    assert browser.get("/theirs").text == "their-user their word"
    assert browser.get("/ours").text == "anna"
    page = browser.get("/account").text
    assert "<bdi>anna</bdi>" in page
    assert "their" not in page
