"""What happens before the first request: settings are read and judged, secrets and the database made ready."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import ArgumentError

from watchword.built_in import EVERYTHING, load
from watchword.core.clock import Clock
from watchword.core.config import ConfigError, FeatureSettings, Problem, Settings, declared, read_settings
from watchword.core.db import Engines, NotADatabase, make_engines
from watchword.core.declared import PREFIX
from watchword.core.doctor import Finding
from watchword.core.feature import Feature
from watchword.core.limits import Limits
from watchword.core.limits_database import DatabaseLimits
from watchword.core.limits_redis import RedisLimits
from watchword.core.passwords import Hasher
from watchword.core.problems import DATABASE_NOT_READY, PACKAGE_MISSING
from watchword.core.safety import Surroundings, findings
from watchword.core.settings_text import parse_list
from watchword.core.site import SiteConfig
from watchword.core.store import Store
from watchword.features.outbox.config import OutboxConfig
from watchword.web.instance import kept_secret

log = logging.getLogger("watchword")

ORIGINS = "WATCHWORD_ORIGINS"
"""Where each value of app.config came from, left there by who filled it; not a setting."""


def settings_of(app: Flask, features: Sequence[Feature]) -> Settings:
    """Read and check everything in app.config that concerns us; raises one ConfigError with all problems."""
    classes: list[type[FeatureSettings]] = [SiteConfig, *(each.config for each in features if each.config)]
    if isinstance(app.config.get("SECRET_KEY_FALLBACKS"), str):  # Flask's own session goes through it one by one
        app.config["SECRET_KEY_FALLBACKS"] = list(parse_list(app.config["SECRET_KEY_FALLBACKS"]))
    source = _defaults(app)  # before we look at app.config: the kept secret is put there
    source |= {name: value for name, value in app.config.items() if name != ORIGINS and not _is_empty(value)}
    known = _names_of_others(app, classes, features)
    settings = read_settings(classes, source, known=known, origins=app.config.get(ORIGINS))
    broken = [problem for each in features if each.rules for problem in each.rules(settings, features)]
    if broken:
        raise ConfigError(broken)
    return settings


def _is_empty(value: object) -> bool:
    """An empty line in `.env` is no value."""
    return value is None or value == ""


def folder_of(app: Flask) -> Path:
    """The instance folder: WATCHWORD_INSTANCE, else Flask's own."""
    return Path(str(app.config.get("WATCHWORD_INSTANCE") or app.instance_path))


def judge(app: Flask, config: Settings, *, owns_database: bool, hasher: Hasher | None = None) -> list[Finding]:
    """What is unsafe for people: refused in production with one ConfigError, logged in development."""
    found = findings_of(app, config, owns_database=owns_database, hasher=hasher)
    errors = [each for each in found if each.level == "error"]
    if errors:
        raise ConfigError(errors)
    for each in found:
        if each.level == "warning":
            log.warning("%s", each.what)
    return found


def findings_of(app: Flask, config: Settings, *, owns_database: bool, hasher: Hasher | None = None) -> list[Finding]:
    site = config[SiteConfig]
    around = Surroundings(
        debug=app.debug,
        processes=int(os.environ.get("WATCHWORD_PROCESSES", "1")),
        database=site.database_url
        if owns_database
        else str(app.config.get("SQLALCHEMY_DATABASE_URI") or "postgresql:"),
        mail=config[OutboxConfig].url if OutboxConfig in config else None,
        cheap_hash=bool(getattr(hasher, "is_cheap", False)),
        place=".env" if ORIGINS in app.config else "app.config",
    )
    return findings(site, around)


def open_database(url: str) -> Engines:
    """The engines of our own database; a ConfigError, without the password in *url*, when it names none of ours."""
    try:
        return make_engines(url)
    except (ArgumentError, ImportError, ValueError) as error:
        raise ConfigError([_not_a_database(error)]) from None


def open_limits(site: SiteConfig, store: Store, clock: Clock) -> Limits:
    """Where limits are counted: in the database, or in the Redis that WATCHWORD_LIMITS_URL names."""
    database = DatabaseLimits(store, clock)
    if not site.limits_url:
        return database
    try:
        return RedisLimits(site.limits_url, clock, database)
    except ModuleNotFoundError:
        raise ConfigError([_NO_REDIS]) from None


_NO_REDIS = Problem(
    code=PACKAGE_MISSING,
    setting="WATCHWORD_LIMITS_URL",
    what="WATCHWORD_LIMITS_URL names a Redis, and the package for it is missing.",
    why="Limits that are meant to be counted there would be counted nowhere.",
    fix='pip install "watchword[redis]"',
)


def _not_a_database(error: Exception) -> Problem:
    match error:
        case NotADatabase():
            wrong = str(error)
        case ImportError():
            wrong = "the package for it is missing"
        case _:
            wrong = "it can't be read"
    return Problem(
        code=DATABASE_NOT_READY,
        setting="DATABASE_URL",
        what=f"DATABASE_URL names no database that we can open: {wrong}.",
        why="Watchword runs on SQLite and on PostgreSQL (pip install watchword[postgres]).",
        fix="DATABASE_URL=postgresql+psycopg://user:password@host/database",
    )


def is_development(app: Flask) -> bool:
    """WATCHWORD_ENV wins; else `flask run`, debug mode and tests are development; everything else is production."""
    said = app.config.get("WATCHWORD_ENV") or os.environ.get("WATCHWORD_ENV")
    if said:
        return str(said).strip().lower() == "development"
    return bool(app.debug or app.testing or os.environ.get("FLASK_RUN_FROM_CLI") == "true")


def _defaults(app: Flask) -> dict[str, object]:
    """What development makes by itself, so that the first start needs no settings at all."""
    if not is_development(app):
        return {}
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = kept_secret(folder_of(app))
    port = os.environ.get("FLASK_RUN_PORT", "5000")
    return {"WATCHWORD_ENV": "development", "WATCHWORD_PUBLIC_URL": f"http://localhost:{port}"}


def _names_of_others(app: Flask, classes: Sequence[type[FeatureSettings]], on: Sequence[Feature]) -> Mapping[str, str]:
    """Settings of built-in features that are off: known, and only noted. Asked for only when a name is strange to us,
    because a feature that is off stays unloaded.
    """
    ours = {one.name for cls in classes for one in declared(cls)}
    if not any(name.startswith(PREFIX) and name not in ours for name in app.config):
        return {}
    off = set(EVERYTHING) - {each.name for each in on}
    return {one.name: each.name for each in load(off) if each.config is not None for one in declared(each.config)}
