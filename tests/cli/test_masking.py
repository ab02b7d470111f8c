"""Whoever mistypes an address finds no password of theirs in a message, a log or a list of settings."""

from __future__ import annotations

import pytest

from tests.cli.conftest import run_in
from watchword import built_in
from watchword.core.config import ConfigError, declared, read_settings
from watchword.core.db import make_engines
from watchword.core.site import SiteConfig

SECRET = "hunter2"
MISTYPED = [
    "https://anna:{}@example.com",
    "https://anna:{}/x@example.com",
    "https://anna:x/{}@example.com",
    "https://anna:{} x@example.com",
    "https://anna:x@{}@example.com",
    "https://anna:{}@example.com,https://berta:x@example.com",
    "//anna:{}@example.com",
    "anna:{}@example.com",
    "anna:{}/x@example.com",
]
CLASSES = [SiteConfig, *(each.config for each in built_in.load(built_in.EVERYTHING) if each.config is not None)]


@pytest.mark.parametrize("mistyped", MISTYPED)
def test_no_setting_shows_a_password_in_an_address_whether_it_takes_one_or_not(mistyped):
    for cls in CLASSES:
        for one in declared(cls):
            try:
                told = repr(read_settings([cls], {one.name: mistyped.format(SECRET)}).explain())
            except ConfigError as error:
                told = str(error)
            assert SECRET not in told, one.name
            assert "example.com" in told or one.secret, one.name


def test_an_address_for_mail_is_shown_as_it_is():
    (row,) = [
        row
        for row in read_settings([SiteConfig], {"WATCHWORD_HELP_URL": "mailto:help@example.com"}).explain()
        if row.name == "WATCHWORD_HELP_URL"
    ]

    assert row.value == "mailto:help@example.com"


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("x@{}/y@localhost/db", "%40"),
        ("x@{}?y@localhost/db", "%40"),
        ("x@{}@localhost/db", "%40"),
        ("x@y:{}@localhost/db", "as an address"),
        ("{}@localhost:port/db", "as an address"),
    ],
)
def test_a_database_s_password_that_is_cut_wrongly_is_told_and_looked_up_nowhere(ready_to_run, address, wrong):
    url = f"postgresql+psycopg://anna:{address.format(SECRET)}"

    for command in ("doctor", "limits"):
        told = ready_to_run(command, DATABASE_URL=url, WATCHWORD_ENV="development").output
        assert wrong in told
        assert "Traceback" not in told
        assert SECRET not in told


def test_a_redis_that_is_away_is_told_by_words_and_by_the_doctor(make_app):
    app = make_app(WATCHWORD_LIMITS_URL=f"redis://:{SECRET}@127.0.0.1:1/0")

    shown, doctor = run_in(app, "limits", status=1).output, run_in(app, "doctor", status=1).output

    assert "isn't answering" in shown
    assert "watchword-E042" in doctor
    assert "Traceback" not in shown
    assert SECRET not in shown + doctor


@pytest.mark.parametrize(
    "address",
    ["postgresql://anna@server:x@host/db", "postgresql://anna:x%40y%2Fz@host/db", "sqlite:////srv/a@b@c/x.db"],
)
def test_an_at_that_ends_no_password_is_left_alone(address):
    make_engines(address).dispose()
