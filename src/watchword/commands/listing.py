"""`settings` and `features`: what is in force."""

from __future__ import annotations

from dataclasses import asdict, replace

import click
from flask import Flask
from flask.cli import with_appcontext

from watchword.built_in import EVERYTHING, load
from watchword.commands.examined import examine, has_kept_secret
from watchword.commands.printing import as_json_option, print_columns, print_json
from watchword.core.config import Row, Settings
from watchword.core.declared import APP_CONFIG
from watchword.core.doctor import as_json as as_values
from watchword.core.doctor import exit_status
from watchword.core.feature import Feature
from watchword.web.setup import setup


@click.command("settings", epilog="Example: watchword settings --json")
@as_json_option
@click.pass_context
def show_settings(ctx: click.Context, *, as_json: bool) -> None:
    """Show every setting: its value, its default, and where the value came from. Secrets are masked.

    Works when the settings stop the start, too: then it tells what is wrong, and the exit status is 1.
    """
    examined = examine(ctx)
    rows = _rows(examined.app, examined.config) if examined.config is not None else []
    notes = list(examined.config.notes) if examined.config is not None else []
    errors = [each for each in examined.findings if each.level == "error"]
    if as_json:
        print_json({"settings": [asdict(row) for row in rows], "notes": notes, "problems": as_values(errors)})
    else:
        if rows:
            print_columns(("SETTING", "VALUE", "DEFAULT", "FROM"), [tuple(asdict(row).values()) for row in rows])
        for text in (*notes, *map(str, errors)):
            click.echo(f"\n{text}")
    ctx.exit(exit_status(errors))


@click.command("features", epilog="Example: watchword features")
@as_json_option
@with_appcontext
def show_features(*, as_json: bool) -> None:
    """Show which features are on, what they are for, and what they need."""
    on = {each.name: each for each in setup().features}
    off = [each for each in load(EVERYTHING) if each.name not in on]
    features = (*on.values(), *off)
    if as_json:
        print_json([_as_values(each, on=each.name in on) for each in features])
    else:
        heads = ("FEATURE", "IS", "NEEDS", "WHAT FOR")
        print_columns(heads, [_as_row(each, on=each.name in on) for each in features])


def _as_values(feature: Feature, *, on: bool) -> dict[str, object]:
    return {"name": feature.name, "on": on, "summary": feature.summary, "needs": list(feature.needs)}


def _as_row(feature: Feature, *, on: bool) -> tuple[str, str, str, str]:
    return feature.name, "on" if on else "off", ", ".join(feature.needs) or "-", feature.summary


def _rows(app: Flask, config: Settings) -> list[Row]:
    return [replace(row, source=_source(app, row)) for row in config.explain()]


def _source(app: Flask, row: Row) -> str:
    """Where the value came from; what development made by itself stands in no place a person wrote to."""
    if row.source == APP_CONFIG and row.name == "SECRET_KEY" and has_kept_secret(app):
        return "instance folder"
    if row.source == APP_CONFIG and not app.config.get(row.name):
        return "development"
    return row.source
