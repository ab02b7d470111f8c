"""Hands over to a program of an environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.run.building import ensure
from tools.run.environment import ROOT, Environment


def become(level: str, arguments: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Turn into `python *arguments*` of that environment, signals and all; where that can't be done, wait for it."""
    python = ensure(Environment(level))
    command = [str(python), *arguments]
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(python, command, {**os.environ, **(env or {})})  # noqa: S606 - our own interpreter, no shell
    return _wait(command, {**os.environ, **(env or {})})


def call(level: str, arguments: Sequence[str]) -> int:
    """Run `python *arguments*` of that environment to its end, and return its exit status."""
    return subprocess.run([str(ensure(Environment(level))), *arguments], check=False, cwd=ROOT).returncode


def development() -> dict[str, str]:
    """run.py means development, unless the environment or `.env` says otherwise."""
    file = Path(os.environ.get("WATCHWORD_ENV_FILE", ".env"))
    said = os.environ.get("WATCHWORD_ENV") or (file.is_file() and _says_environment(file))
    return {} if said else {"WATCHWORD_ENV": "development"}


def _says_environment(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return re.search(r"^\s*(?:export\s+)?WATCHWORD_ENV\s*=\s*[^\s#]", text, re.MULTILINE) is not None


def _wait(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Ctrl-C reaches the program by itself; our part is to wait until it has ended."""
    with subprocess.Popen(command, env=env) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
