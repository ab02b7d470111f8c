"""The group all commands hang on: known trouble becomes words and exit status 1, never a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module
from typing import IO, Any

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError

from watchword.built_in import EVERYTHING, load
from watchword.core.errors import Unavailable
from watchword.core.problems import ConfigError

HELP = "Manage users, settings and the database of Watchword."
PORT = "8000"
"""Where `serve` listens unless told otherwise; links in mails lead there in development."""


class Told(click.ClickException):
    """A message that needs no "Error:" in front of it."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class CantStart(Told):
    """The ready-to-run app couldn't be made."""


class Commands(AppGroup):
    """Its commands run in an app context, whoever starts them."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise Told(str(error)) from None
        except DBAPIError as error:
            raise click.ClickException(f"{says(error)}\n`watchword doctor` tells more.") from None
        except Unavailable as error:
            raise click.ClickException(f"{error.message}\n`watchword doctor` tells more.") from None


class HostCommands(Commands):
    """`flask watchword …`: all commands, loaded when one is asked for, and *more* that the features of an app bring."""

    def __init__(self, more: Iterable[click.Command]) -> None:
        super().__init__("watchword", help=HELP, commands=list(more))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_part("watchword.cli").commands.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _part("watchword.cli").commands.commands.get(cmd_name)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*_part("watchword.cli").commands.params, *super().get_params(ctx)]


class ReadyToRunCommands(Commands):
    """Besides its own, those that built-in features bring: asked for at need, so that others load no feature."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._brought()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._brought().get(cmd_name)

    @staticmethod
    def _brought() -> dict[str, click.Command]:
        return {command.name: command for feature in load(EVERYTHING) for command in feature.commands}


class ReadyToRun(ScriptInfo):
    """Makes the ready-to-run app. By name, as Flask finds apps: it stands above us and is optional."""

    def __init__(self) -> None:
        super().__init__(create_app=self._make, set_debug_flag=False)

    def bare(self) -> Flask:
        """An app that holds the settings and nothing else: for looking at settings that stop the start."""
        app = Flask("watchword.app")
        _part("watchword.app.config").configure(app, {})
        return app

    @staticmethod
    def _make() -> Flask:
        os.environ.setdefault("FLASK_RUN_PORT", PORT)
        make = _part("watchword.app").create_app
        try:
            made: Flask = make()
        except (ValueError, ArgumentError, ModuleNotFoundError) as error:  # a setting that leads nowhere
            raise CantStart(f"Watchword can't start: {error}. `watchword doctor` tells more.") from error
        return made


def says(error: DBAPIError) -> str:
    """What the driver says, in one line. SQLAlchemy's own words repeat the statement and its values, and later lines
    of PostgreSQL's repeat values too.
    """
    lines = str(error.orig).strip().splitlines()
    if lines and isinstance(error, OperationalError | ProgrammingError):
        return f"The database says: {lines[0]}"
    return f"The database refused: {type(error.orig).__name__}"


def _part(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("watchword"):
            raise
        raise click.ClickException(
            f'The ready-to-run app needs {error.name}: pip install "watchword[app]"\n'
            "In a Flask app of your own, use `flask watchword …`."
        ) from None
