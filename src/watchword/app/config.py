"""Reads the environment and `.env` into app.config; remembers where each value came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from flask import Flask

NOT_SETTINGS = ("WATCHWORD_TEST_", "WATCHWORD_ENV_FILE", "WATCHWORD_PROCESSES")
OURS = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL")


def configure(app: Flask, given: Mapping[str, Any]) -> None:
    """*given* wins over the environment, the environment over `.env`."""
    origins: dict[str, str] = {}
    for source, values in ((".env", _from_file()), ("environment", os.environ), ("create_app", given)):
        for name, value in values.items():
            if source == "create_app" or _is_ours(name):
                app.config[name] = value
                origins[name] = source
    app.config.setdefault("WATCHWORD_HOME", "/dashboard")
    app.config.setdefault("WATCHWORD_FEATURES", "everything")
    folder = Path(str(app.config.get("WATCHWORD_INSTANCE") or "instance")).absolute()
    app.config["WATCHWORD_INSTANCE"] = str(folder)
    app.instance_path = str(folder)
    app.config["WATCHWORD_ORIGINS"] = origins


def _from_file() -> Mapping[str, str | None]:
    path = Path(os.environ.get("WATCHWORD_ENV_FILE", ".env"))
    return dotenv_values(path) if path.is_file() else {}


def _is_ours(name: str) -> bool:
    return name in OURS or (name.startswith("WATCHWORD_") and not name.startswith(NOT_SETTINGS))
