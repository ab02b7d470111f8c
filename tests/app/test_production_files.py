"""The files that the production how-to offers fit the app as it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from watchword.web.blueprint import MAX_BODY

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
UNITS = sorted((HOW_TO / "files").glob("*.service"))


def test_every_file_is_told_of_in_the_how_to():
    text = (HOW_TO / "production.md").read_text(encoding="utf-8")

    assert all(f"(files/{path.name})" in text for path in (HOW_TO / "files").iterdir())


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_reads_the_units(unit):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze isn't here")

    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)

    assert unit.name not in done.stderr


def test_nginx_lets_through_what_the_app_takes():
    assert f"client_max_body_size {MAX_BODY // 1024}k;" in (HOW_TO / "files" / "nginx.conf").read_text(encoding="utf-8")
