"""`doctor`: everything that is wrong with a set-up, with the line that mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import chain

import click
from flask import has_app_context

from watchword.commands.checks import CHECKS, Check
from watchword.commands.examined import examine
from watchword.commands.printing import as_json_option, counted, print_json
from watchword.core.doctor import Finding, Level, exit_status, worst
from watchword.core.doctor import as_json as as_values

_LEVELS: tuple[tuple[Level, str], ...] = (("error", "errors"), ("warning", "warnings"), ("note", "notes"))


@click.command("doctor", epilog="Example: watchword doctor --production")
@click.option("--production", is_flag=True, help="Judge as production does, wherever this runs.")
@as_json_option
@click.pass_context
def doctor(ctx: click.Context, *, production: bool, as_json: bool) -> None:
    """Check settings, database, clock, mails, files and features.

    The exit status is 1 when anything is an error: what stops a start, or stops people from signing in. Works when the
    settings stop the start, too. Sends nothing.
    """
    examined = examine(ctx, production=production)
    with nullcontext() if has_app_context() else examined.app.app_context():
        looked = {check: list(check.look(examined)) for check in CHECKS if check.applies(examined)}
    found = [*examined.findings, *chain.from_iterable(looked.values())]
    if examined.refusal is not None and worst(found) != "error":
        raise examined.refusal  # what stopped the start is nothing we know
    if as_json:
        print_json(as_values(found))
    else:
        _print(found, looked)
    ctx.exit(exit_status(found))


def _print(found: Sequence[Finding], looked: Mapping[Check, Sequence[Finding]]) -> None:
    for level, _ in _LEVELS:
        for each in found:
            if each.level == level:
                click.echo(f"{level.upper()}  {each}\n")
    for check in CHECKS:
        if check not in looked:
            click.echo(f"--  Not looked at: {check.well}")
        elif not looked[check]:
            click.echo(f"ok  {check.well}")
    click.echo(f"\n{_summary(found)}")


def _summary(found: Sequence[Finding]) -> str:
    counts = Counter(each.level for each in found)
    told = [counted(counts[one], one, many) for one, many in _LEVELS if counts[one]]
    return f"{', '.join(told)}." if told else "Nothing to tell: all is well."
