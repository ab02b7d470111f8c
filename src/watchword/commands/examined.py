"""What the doctor looks at: the app, its features and settings. Also made where something stops the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click
from flask import Flask, current_app, has_app_context
from flask.cli import ScriptInfo
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError

from watchword import start
from watchword.built_in import STANDARD, load, names_from
from watchword.commands.group import ReadyToRun
from watchword.core import problems as codes
from watchword.core.config import ConfigError, Problem, Settings
from watchword.core.db import make_engines
from watchword.core.declared import APP_CONFIG, paste
from watchword.core.doctor import Finding
from watchword.core.feature import Feature
from watchword.core.site import SiteConfig
from watchword.core.store import OwnStore
from watchword.web.instance import database_url
from watchword.web.setup import EXTENSION, Setup, setup_of

SECRET_FILE = "secret_key"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """*setup* is None where the app couldn't start, *config* where the settings couldn't even be read."""

    app: Flask
    setup: Setup | None
    features: Sequence[Feature]
    config: Settings | None
    findings: tuple[Finding, ...]
    refusal: Exception | None = None
    """What stopped the start."""

    @property
    def command(self) -> str:
        """How our commands are called here, for lines to paste."""
        return "watchword" if self.place == ".env" else "flask watchword"

    @property
    def place(self) -> str:
        """Where settings are written here."""
        return _place(self.app)

    @property
    def in_production(self) -> bool:
        return self.config is None or self.config[SiteConfig].in_production

    def engine(self) -> Engine | None:
        """The database; ValueError or ModuleNotFoundError when its address leads to none we can use."""
        if self.setup is not None:
            return self.setup.tools.store.counting
        if self.config is None:
            return None
        url = database_url(self.config[SiteConfig].database_url, start.folder_of(self.app))
        try:
            return make_engines(url).write
        except ArgumentError:  # its message would repeat the address, and the password in it
            raise ValueError("DATABASE_URL can't be read as an address") from None


def examine(ctx: click.Context, *, production: bool = False) -> Examined:
    """Look at the app of this command. *production*: judge the settings as production would read them."""
    app, refusal = _load(ctx.ensure_object(ScriptInfo))
    setup = setup_of(app) if EXTENSION in app.extensions else None
    judged = _as_in_production(app) if production else app
    found = [as_finding(each) for each in refusal.problems] if isinstance(refusal, ConfigError) else []
    features: Sequence[Feature] = ()
    config = None
    try:
        features = setup.features if setup else _listed(app)
        config = start.settings_of(judged, features)
        found = [*([] if production else found), *_judgement(judged, config, setup)]
    except ConfigError as error:
        found = [*found, *map(as_finding, error.problems)]
    return Examined(app=app, setup=setup, features=features, config=config, findings=_once(found), refusal=refusal)


def as_finding(problem: Problem) -> Finding:
    """*problem*, as bad as can be: it stopped the start."""
    return problem if isinstance(problem, Finding) else Finding(**asdict(problem))


def has_kept_secret(app: Flask) -> bool:
    """Whether the secret key in force is the one that development made and keeps in the instance folder."""
    path = start.folder_of(app) / SECRET_FILE
    written = app.config.get(start.ORIGINS, {}).get("SECRET_KEY") in {".env", "environment"}
    if written or not path.is_file():
        return False
    return path.read_text(encoding="ascii", errors="replace").strip() == app.config.get("SECRET_KEY")


def _load(info: ScriptInfo) -> tuple[Flask, Exception | None]:
    """The app; or, where something stops the ready-to-run one, its settings alone and what stopped it."""
    if has_app_context():
        return current_app._get_current_object(), None  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    try:
        return info.load_app(), None
    except Exception as error:  # whatever it is: finding it is what we are for
        if isinstance(info, ReadyToRun):
            return info.bare(), error
        raise


def _listed(app: Flask) -> Sequence[Feature]:
    said = app.config.get("WATCHWORD_FEATURES")
    try:
        return load(names_from(said) if isinstance(said, str) and said else STANDARD)
    except ValueError as error:
        raise ConfigError([_unknown_feature(error, _place(app))]) from None


def _place(app: Flask) -> str:
    return ".env" if start.ORIGINS in app.config else APP_CONFIG


def _unknown_feature(error: ValueError, where: str) -> Problem:
    return Problem(
        code=codes.FEATURE_UNKNOWN,
        setting="WATCHWORD_FEATURES",
        what=f"There is {error}.",
        why="A feature that is meant to be on, and isn't there, would be missed in silence.",
        fix=paste("WATCHWORD_FEATURES", "standard", where),
    )


def _judgement(judged: Flask, config: Settings, setup: Setup | None) -> list[Finding]:
    owns = setup is None or type(setup.tools.store) is OwnStore
    return [*map(_note, config.notes), *start.findings_of(judged, config, owns_database=owns)]


def _note(text: str) -> Finding:
    name = text.partition(" ")[0]
    return Finding(
        code=codes.UNKNOWN_NAME,
        level="note",
        setting=name,
        what=text,
        why="A setting of a feature that is off does nothing.",
        fix=f"Take {name} out, or list its feature in WATCHWORD_FEATURES.",
    )


def _as_in_production(app: Flask) -> Flask:
    """A bare app with the same settings, without what development makes by itself."""
    twin = Flask(app.import_name, instance_path=app.instance_path)
    twin.config.update(app.config, WATCHWORD_ENV="production")
    if has_kept_secret(app):
        twin.config["SECRET_KEY"] = None
    return twin


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The start and our second look find the same: told once."""
    return tuple({(each.code, each.setting, each.what): each for each in findings}.values())
