"""What the doctor says of an app that runs: each thing broken once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.cli.conftest import PRODUCTION, run_in
from tests.support.databases import SqliteFiles
from watchword import Feature
from watchword.core.doctor import Finding
from watchword.core.passwords import Argon2
from watchword.extension import Watchword
from watchword.testing import FakeClock
from watchword.web.setup import setup_of

MakeApp = Callable[..., Flask]


@pytest.fixture
def database_url(sqlite_files: SqliteFiles) -> Iterator[str]:
    """One kind is enough, but for the checks of the database."""
    with sqlite_files.fresh() as url:
        yield url


def findings(app: Flask, *options: str) -> dict[str, dict[str, Any]]:
    result = app.test_cli_runner().invoke(args=["watchword", "doctor", "--json", *options])
    told = json.loads(result.stdout)
    assert result.exit_code == int(any(each["level"] == "error" for each in told))
    return {each["code"]: each for each in told}


@pytest.fixture
def host(tmp_path: Path) -> Any:
    """`host(feature, …)`: an app that is not ours, with *feature* added to the usual ones."""
    made: list[Flask] = []

    def make(*more: Feature, **config: Any) -> Flask:
        app = Flask("host", instance_path=str(tmp_path), template_folder=str(tmp_path / "templates"))
        app.config.update(
            TESTING=True, WATCHWORD_ENV="development", SECRET_KEY="vK7nQ2wX9tB4mZ8cR5yH1jL6pD3sF0", **config
        )
        Watchword(app, features=["audit", "outbox", "accounts", "sessions", "login", *more])
        made.append(app)
        return app

    yield make
    for app in made:
        setup_of(app).tools.store.dispose()


def test_a_development_app_has_nothing_worse_than_notes(app: Flask):
    found = findings(app)

    assert {each["level"] for each in found.values()} == {"note"}


def test_an_app_ready_for_production_passes(make_app: MakeApp):
    found = findings(make_app(**PRODUCTION), "--production")

    assert [each for each in found.values() if each["level"] == "error"] == []


def test_every_finding_says_what_why_and_how_to_mend_it(app: Flask):
    for each in findings(app, "--production").values():
        assert all(each[key] for key in ("code", "what", "why", "fix", "seen", "docs")), each


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("watchword-E011", {"SECRET_KEY": "changeme"}),
        ("watchword-E011", {"SECRET_KEY_FALLBACKS": "short"}),
        ("watchword-E012", {"WATCHWORD_MAIL_URL": ""}),
        ("watchword-E012", {"WATCHWORD_MAIL_URL": "console:"}),
        ("watchword-E013", {"WATCHWORD_PUBLIC_URL": ""}),
        ("watchword-E014", {"WATCHWORD_PUBLIC_URL": "http://login.example.com"}),
        ("watchword-E017", {"WATCHWORD_TRUSTED_PROXIES": ""}),
    ],
)
def test_production_refuses(make_app: MakeApp, code: str, settings: dict[str, Any]):
    app = make_app(**{**PRODUCTION, **settings})

    found = findings(app, "--production")

    assert found[code]["level"] == "error"


def test_production_refuses_debug_mode(make_app: MakeApp, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")

    assert findings(make_app(**PRODUCTION), "--production")["watchword-E016"]["level"] == "error"


def test_production_refuses_the_key_that_development_made(ready_to_run: Callable[..., Result]):
    in_development = ready_to_run("doctor", WATCHWORD_ENV="development")
    result = ready_to_run("doctor", "--production", WATCHWORD_ENV="development")

    assert in_development.exit_code == 0
    assert result.exit_code == 1
    assert "watchword-E010  SECRET_KEY is not set." in result.stdout


@pytest.mark.parametrize("usual", [{}, {"WATCHWORD_MAIL_URL": "console:"}, {"WATCHWORD_PUBLIC_URL": ""}])
def test_development_does_not_refuse_what_production_does(make_app: MakeApp, usual: dict[str, Any]):
    run_in(make_app(**usual), "doctor")


def test_several_processes_do_not_share_sqlite_in_production(make_app: MakeApp, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("WATCHWORD_PROCESSES", "4")
    app = make_app(DATABASE_URL=f"sqlite:///{tmp_path / 'one.db'}", **PRODUCTION)

    assert findings(app, "--production")["watchword-E015"]["level"] == "error"


def test_mails_without_encryption_are_warned_of(make_app: MakeApp):
    app = make_app(WATCHWORD_MAIL_URL="smtp://mail.example.com?tls=none")

    assert findings(app)["watchword-E036"]["level"] == "warning"


def test_a_database_that_is_not_there_yet_is_told_and_not_made(make_app: MakeApp, tmp_path: Path):
    path = tmp_path / "new.db"
    app = make_app(WATCHWORD_ENV="production", DATABASE_URL=f"sqlite:///{path}", **PRODUCTION)

    assert findings(app)["watchword-E030"]["level"] == "error"
    assert not path.exists()


def test_a_database_that_cannot_be_written_is_an_error(make_app: MakeApp, tmp_path: Path, monkeypatch):
    app = make_app(DATABASE_URL=f"sqlite:///{tmp_path / 'one.db'}")
    monkeypatch.setattr("os.access", lambda *_: False)

    assert "can't be written" in findings(app)["watchword-E030"]["what"]


def test_a_clock_that_lost_its_battery_is_an_error(make_app: MakeApp):
    app = make_app(clock=FakeClock(datetime(1999, 12, 31, tzinfo=UTC)))

    assert findings(app)["watchword-E031"]["level"] == "error"


def test_a_clock_without_a_zone_is_an_error(make_app: MakeApp):
    app = make_app(clock=FakeClock(datetime(2026, 11, 24)))  # noqa: DTZ001 - that is the mistake

    assert "no UTC" in findings(app)["watchword-E031"]["what"]


def test_a_hash_that_is_too_cheap_is_noted(app: Flask):
    assert findings(app)["watchword-E033"]["level"] == "note"


def test_a_hash_that_takes_its_time_is_well(make_app: MakeApp, monkeypatch):
    monkeypatch.setattr("watchword.commands.checks.FASTEST_HASH", 0)

    assert "watchword-E033" not in findings(make_app(hasher=Argon2(memory_kib=64)))


def test_a_mail_without_its_templates_is_an_error(host: Any):
    app = host(Feature(name="shop", summary="A shop.", mails=("receipt",)))

    result = run_in(app, "doctor", status=1)

    assert "The template watchword/shop/emails/receipt.txt is missing." in result.stdout
    assert "The template watchword/shop/emails/receipt.html is missing." in result.stdout


def test_a_page_of_the_host_that_cannot_be_read_is_an_error(host: Any, tmp_path: Path):
    page = tmp_path / "templates/watchword/login/sign_in.html"
    page.parent.mkdir(parents=True)
    page.write_text("one\n{% if %}", encoding="utf-8")

    found = findings(host())["watchword-E032"]

    assert found["what"] == "The template watchword/login/sign_in.html can't be read (TemplateSyntaxError, line 2)."


def test_a_page_that_wants_a_missing_one_is_found(host: Any, tmp_path: Path):
    page = tmp_path / "templates/watchword/login/sign_in.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(b"\xff")

    assert "can't be read (UnicodeDecodeError)" in findings(host())["watchword-E032"]["what"]


def test_features_add_checks_of_their_own(host: Any):
    bad = Finding(code="shop-1", what="The till is empty.", why="No change.", fix="Fill it.", seen="0")

    def broken(_scope: object) -> list[Finding]:
        raise RuntimeError("a secret")

    app = host(Feature(name="shop", summary="A shop.", checks=(broken, lambda _scope: [bad])))

    found = findings(app)

    assert found["shop-1"]["what"] == "The till is empty."
    assert found["watchword-E035"]["seen"] == "RuntimeError"


def test_a_feature_s_check_reads_the_settings_as_production_does(host: Any):
    seen: list[str] = []

    def look(scope: Any) -> list[Finding]:
        from watchword.core.site import SiteConfig

        seen.append(scope.config[SiteConfig].environment)
        return []

    app = host(Feature(name="shop", summary="A shop.", checks=(look,)))
    findings(app)
    findings(app, "--production")

    assert seen == ["development", "production"]


@pytest.mark.skipif("os.name != 'posix'", reason="file modes as POSIX has them")
def test_a_secret_key_that_others_can_read_is_told(make_app: MakeApp, tmp_path: Path):
    app = make_app(SECRET_KEY=None)
    key = tmp_path / "instance" / "secret_key"
    assert f"chmod 600 {key}" not in run_in(app, "doctor").stdout

    key.chmod(0o644)

    told = run_in(app, "doctor").stdout
    assert "WARNING  watchword-E034  Others on this machine can open secret_key." in told
    assert f"chmod 600 {key}" in told


def test_in_words_the_worst_comes_first_and_the_last_line_counts(app: Flask):
    told = run_in(app, "doctor", "--production", status=1).stdout

    assert told.startswith("ERROR  watchword-E0")
    assert "ok  The database answers and has the tables of this version." in told
    assert told.splitlines()[-1].split()[1] == "errors,"


def test_in_a_host_s_app_the_fixes_are_lines_of_its_own_language(host: Any):
    found = findings(host(), "--production")

    assert found["watchword-E013"]["fix"].startswith('app.config["WATCHWORD_PUBLIC_URL"]')


@pytest.mark.parametrize("on", [False, True])
def test_in_production_it_is_said_when_the_list_of_leaked_passwords_is_off(make_app: MakeApp, on):
    found = findings(make_app(**PRODUCTION, WATCHWORD_PASSWORD_BREACH_LIST=on), "--production")

    assert ("watchword-E037" in found) is not on
