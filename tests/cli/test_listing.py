"""settings and features."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from flask import Flask

from tests.cli.conftest import Run, run_in
from tests.conftest import SECRET
from tests.support.databases import SqliteFiles


@pytest.fixture
def database_url(sqlite_files: SqliteFiles) -> Iterator[str]:
    """One kind is enough: nothing here depends on it."""
    with sqlite_files.fresh() as url:
        yield url


def row(text: str, name: str) -> list[str]:
    [line] = [line for line in text.splitlines() if line.split()[:1] == [name]]
    return line.split()[1:]


def test_settings_show_value_default_and_source(make_app: Callable[..., Flask]):
    app = make_app(WATCHWORD_SESSION_IDLE="20m")

    told = run_in(app, "settings").stdout

    assert row(told, "SETTING") == ["VALUE", "DEFAULT", "FROM"]
    assert row(told, "WATCHWORD_SESSION_IDLE") == ["20m", "30m", "create_app"]
    assert row(told, "WATCHWORD_SESSION_LIFETIME") == ["12h", "12h", "default"]


def test_settings_show_no_secret(make_app: Callable[..., Flask], database_url: str):
    mail = "smtp://robot:pIneApple9@mail.example.com"
    app = make_app(WATCHWORD_MAIL_URL=mail, SECRET_KEY_FALLBACKS=f"old{SECRET}")

    for arguments in (("settings",), ("settings", "--json"), ("doctor",), ("doctor", "--json", "--production")):
        told = app.test_cli_runner().invoke(args=["watchword", *arguments]).output

        assert told
        assert not [secret for secret in (SECRET, "pIneApple9", database_url) if secret in told]


def test_settings_in_json_hold_the_same(run: Run):
    told = json.loads(run("settings", "--json").stdout)

    assert told["problems"] == told["notes"] == []
    assert {
        "name": "WATCHWORD_ENV",
        "value": "development",
        "default": "production",
        "source": "create_app",
    } in told["settings"]


def test_what_development_made_by_itself_is_told_apart(ready_to_run: Callable[..., Result]):
    told = ready_to_run("settings", WATCHWORD_ENV="development").stdout

    assert row(told, "WATCHWORD_ENV")[-1] == "environment"
    assert row(told, "WATCHWORD_PUBLIC_URL") == ["http://localhost:8000", "development"]
    assert row(told, "SECRET_KEY") == ["***", "instance", "folder"]


def test_settings_of_a_feature_that_is_off_are_noted(make_app: Callable[..., Flask]):
    app = make_app(WATCHWORD_FEATURES="login", WATCHWORD_REGISTRATION_LINK_LIFETIME="2h")

    told = run_in(app, "settings").stdout

    assert "WATCHWORD_REGISTRATION_LINK_LIFETIME has no effect: registration is off." in told


def test_features_tell_what_is_on_and_what_is_off(make_app: Callable[..., Flask]):
    app = make_app(WATCHWORD_FEATURES="registration")

    told = run_in(app, "features").stdout

    assert row(told, "registration")[0] == "on"
    assert row(told, "my_account")[0] == "off"


def test_features_in_json_name_their_needs(run: Run):
    told = {each["name"]: each for each in json.loads(run("features", "--json").stdout)}

    assert told["sessions"]["on"] is True
    assert told["sessions"]["needs"] == ["audit", "outbox", "accounts"]
    assert told["sessions"]["summary"]
