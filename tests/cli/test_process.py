"""`python -m watchword.cli` as a process: the ready-to-run app, also with settings that stop its start."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Process = Callable[..., subprocess.CompletedProcess[str]]


def test_the_doctor_works_where_the_settings_stop_the_start(process: Process):
    result = process("doctor", "--json")

    assert result.returncode == 1
    codes = {each["code"] for each in json.loads(result.stdout)}
    assert {"watchword-E010", "watchword-E012", "watchword-E013", "watchword-E030"} <= codes
    assert result.stderr == ""


def test_settings_are_shown_where_they_stop_the_start(process: Process):
    result = process("settings", WATCHWORD_SESSION_IDLE="20m")

    assert result.returncode == 1
    assert "20m" in result.stdout
    assert "watchword-E010  SECRET_KEY is not set." in result.stdout


def test_settings_that_cannot_be_read_are_told_all_at_once(process: Process):
    result = process(
        "settings", "--json", WATCHWORD_ENV="development", WATCHWORD_SESSION_IDLE="soon", WATCHWORD_SITENAME="x"
    )

    assert result.returncode == 1
    problems = json.loads(result.stdout)["problems"]
    assert {each["setting"] for each in problems} == {"WATCHWORD_SESSION_IDLE", "WATCHWORD_SITENAME"}


def test_other_commands_print_the_problems_and_end_with_1(process: Process):
    result = process("purge")

    assert result.returncode == 1
    assert result.stderr.startswith("Watchword can't start: 3 problems in its set-up.")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WATCHWORD_FEATURES", "telepathy", "no such feature: telepathy"),
        ("DATABASE_URL", "mysql://u:pIneApple9@host/x", "on SQLite and PostgreSQL, not on mysql"),
        ("DATABASE_URL", "nonsense:pIneApple9", "can't be"),
        ("DATABASE_URL", "postgresql+psycopg://u:pIneApple9@127.0.0.1:1/x", "can't be used"),
    ],
)
def test_the_doctor_survives_what_leads_nowhere(process: Process, name: str, value: str, words: str):
    told = process("doctor", WATCHWORD_ENV="development", **{name: value})
    other = process("db", "current", WATCHWORD_ENV="development", **{name: value})

    assert (told.returncode, other.returncode) == (1, 1)
    assert words in told.stdout
    everything = told.stdout + told.stderr + other.stdout + other.stderr
    assert "Traceback" not in everything
    assert "pIneApple9" not in everything


def test_the_first_steps_of_a_new_site(process: Process, tmp_path: Path):
    site = {
        "WATCHWORD_ENV": "production",
        "SECRET_KEY": "vK7nQ2wX9tB4mZ8cR5yH1jL6pD3sF0gA-eUoTiN",
        "WATCHWORD_PUBLIC_URL": "https://login.example.com",
        "WATCHWORD_MAIL_URL": "smtp://mail.example.com",
        "WATCHWORD_TRUSTED_PROXIES": "127.0.0.1/32",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.db'}",
    }
    password = "seven quiet herons cross the delta"

    upgraded = process("db", "upgrade", **site)
    created = process(
        "create-admin", "berta", "berta@example.com", "--password-stdin", "--json", typed=password, **site
    )
    checked = process("doctor", "--production", **site)

    assert (upgraded.returncode, created.returncode, checked.returncode) == (0, 0, 0), checked.stdout
    assert json.loads(created.stdout)["public_id"]
    assert password not in created.stdout + created.stderr
