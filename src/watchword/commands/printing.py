"""How commands answer: plain columns for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


def print_json(value: object) -> None:
    click.echo(json.dumps(value, indent=2))


def print_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their longest cell; the last one runs on."""
    table = [[_plain(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _plain(text: str) -> str:
    """*text* without what moves the cursor or colours a terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
