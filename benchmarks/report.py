"""Writes docs/explanation/speed.md from a whole run."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from string import Template

from benchmarks.numbers import Number

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "speed.md"
PACKAGES = ("flask", "werkzeug", "sqlalchemy", "psycopg", "granian", "gunicorn", "argon2-cffi")


def write(found: Sequence[Number]) -> Path:
    frame = Template((Path(__file__).parent / "templates" / "speed.md").read_text(encoding="utf-8"))
    PAGE.write_text(frame.substitute(machine=_machine(), table="\n".join(map(_row, found))), encoding="utf-8")
    return PAGE


def _row(number: Number) -> str:
    must, aim = (str(bound) if bound else "" for bound in (number.must, number.aim))
    return f"| {number.what} | {must} | {aim} | **{number.measured:.2f}{number.unit}** | {number.told} |"


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    system = f"{platform.system()} on {platform.machine()} with {os.cpu_count()} cores"
    return f"{_processor()}{system}, Python {platform.python_version()}, {packages}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((f"{line.partition(':')[2].strip()}, " for line in lines if line.startswith("model name")), "")
