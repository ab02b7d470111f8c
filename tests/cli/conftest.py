"""`run("doctor", "--json")` starts a command in the test's app, as `flask watchword doctor --json` does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

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


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """What a process of its own sees: nothing of ours but *settings*, and an instance folder in *folder*."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WATCHWORD_", "FLASK_"))}
    clean.pop("SECRET_KEY", None)
    clean.pop("DATABASE_URL", None)
    ours = {"WATCHWORD_INSTANCE": str(folder / "instance"), "WATCHWORD_ENV_FILE": str(folder / "none")}
    return {**clean, "PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8", **ours, **settings}


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`process("doctor", WATCHWORD_ENV="production")`: the command as a process of its own, to its end."""

    def start(*arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "watchword.cli", *arguments]
        return subprocess.run(
            command,
            input=typed,
            env=environment(tmp_path, settings),
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return start
