"""`watchword …` for the ready-to-run app, also where something stops its start; once as a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest
from click.testing import Result

from tests.cli.conftest import PRODUCTION, SOURCES
from tests.conftest import SECRET

ReadyToRun = Callable[..., Result]


def test_the_doctor_works_where_the_settings_stop_the_start(process: Callable[..., Popen[str]]):
    with process("doctor", "--json") as doctor:
        told, complaints = doctor.communicate(timeout=60)

    assert doctor.returncode == 1
    assert complaints == ""
    codes = {each["code"] for each in json.loads(told)}
    assert {"watchword-E010", "watchword-E012", "watchword-E013", "watchword-E030"} <= codes


def test_settings_are_shown_where_they_stop_the_start(ready_to_run: ReadyToRun):
    result = ready_to_run("settings", WATCHWORD_SESSION_IDLE="20m")

    assert result.exit_code == 1
    assert "20m" in result.stdout
    assert "watchword-E010  SECRET_KEY is not set." in result.stdout


@pytest.mark.parametrize("command", ["settings", "doctor"])
def test_settings_that_cannot_be_read_are_told_all_at_once(ready_to_run: ReadyToRun, command: str):
    wrong = {"WATCHWORD_SESSION_IDLE": "soon", "WATCHWORD_SITENAME": "x", "WATCHWORD_MAIL_URL": "nowhere"}

    result = ready_to_run(command, "--json", WATCHWORD_ENV="development", **wrong)

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    problems = told["problems"] if command == "settings" else told
    assert set(wrong) <= {each["setting"] for each in problems}


def test_other_commands_print_the_problems_and_end_with_1(ready_to_run: ReadyToRun):
    result = ready_to_run("purge")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Watchword can't start: 3 problems in its set-up.")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WATCHWORD_FEATURES", "telepathy", "There is no feature 'telepathy'"),
        ("DATABASE_URL", "mysql://u:pIneApple9@host/x", "on SQLite and PostgreSQL, not on mysql"),
        ("DATABASE_URL", "nonsense:pIneApple9", "can't be opened"),
        ("DATABASE_URL", "postgresql+psycopg://u:pIneApple9@127.0.0.1:1/x", "can't be used"),
        ("DATABASE_URL", "sqlite:////not/here/x.db", "The folder of the database file isn't there"),
    ],
)
def test_what_leads_nowhere_is_told_in_words(ready_to_run: ReadyToRun, name: str, value: str, words: str):
    told = ready_to_run("doctor", WATCHWORD_ENV="development", **{name: value})
    other = ready_to_run("db", "current", WATCHWORD_ENV="development", **{name: value})

    assert words in told.stdout
    assert [type(each.exception) for each in (told, other)] == [SystemExit, SystemExit]
    assert (told.exit_code, other.exit_code) == (1, 1)
    assert "pIneApple9" not in told.output + other.output


def test_the_first_steps_of_a_new_site(ready_to_run: ReadyToRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    database = f"sqlite:///{tmp_path / 'site.db'}"
    for name, value in {"WATCHWORD_ENV": "production", "SECRET_KEY": SECRET, "DATABASE_URL": database}.items():
        monkeypatch.setenv(name, value)
    before = ready_to_run("doctor", **PRODUCTION)
    upgraded = ready_to_run("db", "upgrade", **PRODUCTION)
    after = ready_to_run("doctor", **PRODUCTION)

    assert [each.exit_code for each in (before, upgraded, after)] == [1, 0, 0]


def test_the_commands_cost_a_starting_app_no_alembic():
    look = "import sys, watchword.cli; print('alembic' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", look], env={"PYTHONPATH": str(SOURCES)}, capture_output=True, text=True, check=True
    )

    assert told.stdout == "False\n"
