"""`outbox list`, `outbox retry`, `outbox drop`: what waits to be mailed or done."""

from __future__ import annotations

from dataclasses import asdict

import click
from flask.cli import with_appcontext

from watchword.commands.database import need_tables
from watchword.commands.printing import as_json_option, counted, print_columns, print_json
from watchword.features.outbox import service
from watchword.features.outbox.service import WaitingRow
from watchword.web.current import scope


@click.group("outbox", epilog="Example: watchword outbox list")
def outbox() -> None:
    """Look at what waits to be mailed, try it again, or drop it."""


@outbox.command("list", epilog="Example: watchword outbox list --json")
@as_json_option
@with_appcontext
def list_rows(*, as_json: bool) -> None:
    """Show what waits and what was given up, the oldest first, at most 100. Says nothing of what they hold."""
    need_tables()
    rows = service.list_open(scope())
    if as_json:
        age = service.oldest_waiting_seconds(scope())
        print_json({"oldest_waiting_seconds": age, "rows": [_as_values(row) for row in rows]})
    elif rows:
        print_columns(("ID", "JOB", "STATE", "SINCE", "DUE", "TRIES", "LAST ERROR"), [_as_row(row) for row in rows])
    else:
        click.echo("Nothing waits.")


@outbox.command("retry", epilog="Example: watchword outbox retry")
@click.argument("row", required=False)
@with_appcontext
def retry_row(row: str | None) -> None:
    """Make ROW due now, or everything that was given up."""
    need_tables()
    count = service.retry(scope(), row)
    scope().commit()
    if row is not None and not count:
        raise _refusal(row)
    click.echo(
        f"{counted(count, 'row', 'rows')} due now." if count else "Nothing was given up that could be tried again."
    )


@outbox.command("drop", epilog="Example: watchword outbox drop 5f2c81d00b9e4f6aa3c7d2e15b8f9046")
@click.argument("row")
@with_appcontext
def drop_row(row: str) -> None:
    """Never do ROW: what it holds is blanked."""
    need_tables()
    count = service.drop(scope(), row)
    scope().commit()
    if not count:
        raise _refusal(row)
    click.echo(f"{row} dropped.")


def _refusal(row: str) -> click.ClickException:
    found = service.find(scope(), row)
    if found is None:
        return click.ClickException(f"Nothing called {row} waits or was given up: see `watchword outbox list`.")
    if found.is_held:
        return click.ClickException(f"A worker is at {row} right now. Look again in a moment.")
    return click.ClickException(f"{row} was given up long ago and holds nothing any more: drop it.")


def _as_values(row: WaitingRow) -> dict[str, object]:
    return {**asdict(row), "created_at": row.created_at.isoformat(), "due_at": row.due_at.isoformat()}


def _as_row(row: WaitingRow) -> tuple[str, ...]:
    since, due = (moment.isoformat(timespec="seconds") for moment in (row.created_at, row.due_at))
    return (
        row.public_id,
        row.job,
        _state(row),
        since,
        "-" if row.is_given_up else due,
        str(row.tries),
        row.last_error or "-",
    )


def _state(row: WaitingRow) -> str:
    if row.is_given_up:
        return "given up, emptied" if row.is_empty else "given up"
    return "with a worker" if row.is_held else "waiting"
