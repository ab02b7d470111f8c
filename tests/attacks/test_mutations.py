"""Break each defending line in a copy of the source: the test of its attack must fail, or it tests nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.mutations import MUTATIONS, Mutation
from tests.attacks.mutations_guessing import GUESSING
from tests.attacks.mutations_hosts import HOSTS
from tests.attacks.mutations_moving_house import MOVING_HOUSE
from tests.attacks.mutations_passkeys import PASSKEY_LINES
from tests.attacks.mutations_passwords import PASSWORDS
from tests.attacks.mutations_reset import RESETS
from tests.attacks.mutations_second_factor import SECOND_FACTOR

ROOT = Path(__file__).parents[2]
FAILED, PASSED = 1, 0


def _name(mutation: Mutation) -> str:
    return re.sub(r"\W+", "-", f"{mutation.select}-{mutation.line}")[:70]


ALL = [*MUTATIONS, *GUESSING, *HOSTS, *MOVING_HOUSE, *PASSKEY_LINES, *PASSWORDS, *RESETS, *SECOND_FACTOR]


def test_each_defending_line_stands_where_the_list_says():
    gone = [
        f"{each.file}: {each.line}"
        for each in ALL
        if (ROOT / "src" / "watchword" / each.file).read_text(encoding="utf-8").count(each.line) != 1
    ]

    assert not gone, "\n".join(gone)


@pytest.mark.slow
@pytest.mark.parametrize("mutation", ALL, ids=_name)
def test_a_broken_defence_is_noticed(mutation, tmp_path):
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "watchword" / mutation.file
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(mutation.line, mutation.broken), encoding="utf-8")

    result = _run(copy, mutation)

    assert result.returncode == FAILED, result.stdout[-3000:] + result.stderr[-1000:]


def _run(copy: Path, mutation: Mutation) -> subprocess.CompletedProcess[str]:
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        f"pythonpath={copy} .",
        "-k",
        f"({mutation.select}) and not postgresql",
    ]
    env = {**os.environ, "WATCHWORD_TEST_TIER": "full"}
    env.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", *options, mutation.tests]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)
