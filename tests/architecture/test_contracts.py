"""Who may import whom: the contracts of pyproject.toml (the house, §3), kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.test_source import ROOT, feature_names

COMMAND = "from importlinter.cli import lint_imports_command as main; main()"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts"]}
WALL = {"flask", "flask_wtf", "wtforms", "werkzeug"}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_contract_is_kept(contract):
    pytest.importorskip("importlinter", reason="import-linter is a tool of `run.py lint`, not of every test run")

    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--no-cache", "--no-logo", "--contract", contract],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"},
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_law_of_the_house_has_its_contract():
    assert {"floors", "rooms", "in-a-room", "wall", "public-door"} <= set(CONTRACTS)


def test_a_module_that_nobody_placed_breaks_the_build():
    assert CONTRACTS["floors"]["exhaustive"]
    assert CONTRACTS["rooms"]["exhaustive"]


def test_every_feature_has_its_place_among_the_rooms():
    layers = CONTRACTS["rooms"]["layers"]
    placed = [name.strip() for layer in layers for name in layer.replace("|", ":").split(":")]

    assert sorted(placed) == feature_names()
    assert not any(":" in layer for layer in layers), "rooms of one layer are joined by |: they never import each other"


def test_the_wall_keeps_the_shell_out():
    wall = CONTRACTS["wall"]
    inner = {module.rpartition(".")[2] for module in wall["source_modules"]}

    assert set(wall["forbidden_modules"]) >= WALL
    assert inner == {"core", "service", "models", "errors", "events", "config"}
    assert not wall.get("ignore_imports")


def test_the_app_uses_the_public_door():
    assert set(CONTRACTS["public-door"]["forbidden_modules"]) >= {"watchword.web", "watchword.features"}
