"""The wheel, in an environment that holds nothing else: it installs, it is small, and the README's lines run."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path

import pytest

from tests.examples.walk import five_lines

ROOT = Path(__file__).parents[2]
BUDGET = {
    "the main job (decision 28)": 21,
    "zxcvbn-rs-py (decision 5)": 1,
    "fido2 (decision 29)": 1,
    "pyotp and segno (decision 9)": 2,
}
"""How many packages `pip install watchword` may bring along. More wants a line here and a page in docs/decisions."""

QUIETLY = ("--quiet", "--no-input", "--disable-pip-version-check")
WALK = """
import sys, watchword
assert watchword.__file__.startswith(sys.prefix), watchword.__file__
from app import app
from watchword.testing import PASSWORD, FakeClock, Mailbox, deliver, put_tools, submit

app.testing = True
mailbox, browser = Mailbox(), app.test_client()
put_tools(app, FakeClock(), mailbox)
assert browser.get("/").location == "/login?next=/"
submit(browser, "/register", username="berta", email="berta@example.com", password=PASSWORD)
deliver(app)
browser.get(mailbox.link())
assert submit(browser, "/confirm-email").status_code == 303
assert submit(browser, "/login", identifier="berta", password=PASSWORD).status_code == 303
assert browser.get("/").text == "Hello berta"
for name in watchword.__all__:
    getattr(watchword, name)
print("walked")
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of an empty environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("wheel")
    venv.create(folder / "venv", with_pip=True)
    program = str(folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    run(program, "-m", "pip", "wheel", *QUIETLY, "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    run(program, "-m", "pip", "install", *QUIETLY, str(wheel))
    return program


def run(*command: str, cwd: Path | None = None) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "WATCHWORD_"))}
    env = {**kept, "FLASK_RUN_FROM_CLI": "true"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_five_lines_run_from_the_wheel(python, tmp_path):
    (tmp_path / "app.py").write_text(five_lines(), encoding="utf-8")
    (tmp_path / "walk.py").write_text(WALK, encoding="utf-8")

    assert run(python, "-W", "error", "walk.py", cwd=tmp_path).strip() == "walked"


@pytest.mark.slow
def test_it_brings_few_packages(python):
    listed = json.loads(run(python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"))
    brought = sorted(each["name"] for each in listed if each["name"] not in {"pip", "setuptools", "watchword"})

    assert len(brought) <= sum(BUDGET.values()), f"{len(brought)}: {', '.join(brought)}"


@pytest.mark.slow
def test_its_command_stands_ready(python, tmp_path):
    folder = Path(python).parent

    assert "Watchword" in run(str(folder / "watchword"), "--version", cwd=tmp_path)
