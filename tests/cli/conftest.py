"""`run("doctor", "--json")` starts a command in the test's app, as `flask watchword doctor --json` does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from watchword.cli import commands
from watchword.commands.group import ReadyToRun
from watchword.web.setup import setup_of

SOURCES = Path(__file__).parents[2] / "src"
Run = Callable[..., Result]

PRODUCTION = {
    "WATCHWORD_PUBLIC_URL": "https://login.example.com",
    "WATCHWORD_MAIL_URL": "smtp://mail.example.com",
    "WATCHWORD_TRUSTED_PROXIES": "127.0.0.1/32",
}
"""What makes the test app's settings good enough for real people."""


def run_in(app: Flask, *arguments: str, typed: str | bytes | None = None, status: int = 0) -> Result:
    """Start a command in *app*; its exit status must be *status*."""
    result = app.test_cli_runner().invoke(args=["watchword", *arguments], input=typed)
    assert result.exit_code == status, f"{result.output}{result.exception!r}"
    return result


@pytest.fixture
def run(app: Flask) -> Run:
    def start(*arguments: str, **how: Any) -> Result:
        return run_in(app, *arguments, **how)

    return start


def is_ours(name: str) -> bool:
    return name.startswith(("WATCHWORD_", "FLASK_")) or name in {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL"}


def places(folder: Path) -> dict[str, str]:
    """Settings that keep everything in *folder*, and no `.env` of the developer's in sight."""
    return {"WATCHWORD_INSTANCE": str(folder / "instance"), "WATCHWORD_ENV_FILE": str(folder / "none")}


@pytest.fixture
def ready_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`ready_to_run("doctor", WATCHWORD_ENV="production")`: as `watchword doctor` does it, inside this process."""
    for name in filter(is_ours, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("FLASK_RUN_PORT", "8000")  # else the command sets it, and leaves it to the next test

    def start(*arguments: str, **settings: str) -> Result:
        info = ReadyToRun()
        result = CliRunner(env={**places(tmp_path), **settings}).invoke(commands, list(arguments), obj=info)
        if info._loaded_app is not None:
            setup_of(info._loaded_app).tools.store.dispose()
        return result

    return start


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """`process("doctor", WATCHWORD_ENV="production")`: a process of its own, with pipes."""

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        clean = {name: value for name, value in os.environ.items() if not is_ours(name)}
        ways = {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
        return subprocess.Popen(
            [sys.executable, "-m", "watchword.cli", *arguments],
            env={**clean, **ways, **places(tmp_path), **settings},
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return start
