"""`db upgrade` and `db current`."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import Engine

from watchword.migrations import FOLDER, HEAD, current, upgrade
from watchword.web.setup import setup

db = AppGroup("db", help="Make and check the tables of Watchword.", epilog="Example: watchword db upgrade")


def engine() -> Engine:
    """The database of this app; a host's own when it gave us one."""
    return setup().tools.store.counting


def need_tables() -> None:
    """Stop with words where the tables of this version aren't there."""
    found = current(engine())
    if found != HEAD:
        what = f"The database is {place(found)}; this version needs {HEAD}."
        raise click.ClickException(f"{what} Run `watchword db upgrade` first.")


def place(revision: str | None) -> str:
    return f"at revision {revision}" if revision else "without our tables"


@db.command("upgrade", epilog="Example: watchword db upgrade")
@click.argument("revision", default="head")
def upgrade_tables(revision: str) -> None:
    """Bring the tables to REVISION, or to the newest one.

    Safe to run again, and from several machines at once. Back up first: there is no way back.
    """
    known, before = _known(), current(engine())
    if revision not in {"head", *known}:
        raise click.ClickException(f"There is no revision {revision}; there are {', '.join(known)}.")
    if before not in {None, *known}:
        raise click.ClickException(
            f"The database is {place(before)}, which this version doesn't know: use a newer one."
        )
    upgrade(engine(), revision)
    click.echo(f"The database is {place(current(engine()))}.")


@db.command("current", epilog="Example: watchword db current")
def show_revision() -> None:
    """Say which revision the tables are at."""
    found = current(engine())
    click.echo(f"The database is {place(found)}{'' if found == HEAD else f'; this version needs {HEAD}'}.")


def _known() -> list[str]:
    """The revisions of this version, oldest first. By their files' names, so that Alembic need not be loaded."""
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
