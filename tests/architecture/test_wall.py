"""The wall at run time: the inner modules import where Flask can't be imported (the house, §3)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.test_source import PACKAGE, sources

INNER = {"service", "models", "errors", "events", "config"}
SHELL = ("flask", "flask_wtf", "wtforms", "werkzeug", "jinja2", "click")

_PROGRAM = """
import importlib, json, sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in SHELL:
            raise ImportError(f"{name} is on the other side of the wall")

SHELL = json.loads(sys.argv[1])
sys.meta_path.insert(0, Wall())
failed = {}
for name in json.loads(sys.argv[2]):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = str(error)
print(json.dumps(failed))
"""


def _inner_modules() -> list[str]:
    return [
        source.module
        for source in sources()
        if source.place.startswith("core/") or (source.feature and source.module.rpartition(".")[2] in INNER)
    ]


def _failures(modules: list[str]) -> dict[str, str]:
    """Import *modules* in a Python of their own in which the shell's packages can't be imported."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(SHELL), json.dumps(modules)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def failures() -> dict[str, str]:
    return _failures(["watchword", *_inner_modules(), "watchword.tables", "watchword.web.csrf"])


def test_core_and_the_services_import_without_flask(failures):
    assert {name: why for name, why in failures.items() if not name.startswith("watchword.web")} == {}


def test_the_wall_really_stands(failures):
    assert "the other side" in failures["watchword.web.csrf"]


def test_every_feature_has_something_behind_the_wall():
    found = {name.split(".")[2] for name in _inner_modules() if name.startswith("watchword.features.")}

    assert found == {source.feature for source in sources() if source.feature}
