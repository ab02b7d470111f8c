from __future__ import annotations

from flask import Flask

from watchword import Watchword
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
