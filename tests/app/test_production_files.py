"""The files that the production how-to offers fit the app as it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from watchword import cli
from watchword.app import server
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


def test_a_reload_looks_at_the_settings_and_then_tells_the_server():
    (unit,) = [path for path in UNITS if path.name == "watchword.service"]
    lines = unit.read_text(encoding="utf-8").splitlines()

    steps = [line.partition("=")[2] for line in lines if line.startswith("ExecReload=")]
    assert [step.rpartition("/")[2] for step in steps] == ["python3 run.py watchword doctor", "kill -HUP $MAINPID"]


def test_the_units_start_commands_that_there_are():
    lines = [line for unit in UNITS for line in unit.read_text(encoding="utf-8").splitlines()]
    starts = {line.partition("run.py ")[2] for line in lines if line.startswith("ExecStart=")}
    (serve,) = [start for start in starts if start.startswith("serve")]

    assert server._parser().parse_args(serve.split()).workers == 4
    assert starts - {serve} == {"watchword worker"}
    assert "worker" in {command.name for command in cli.commands.commands.values()}
