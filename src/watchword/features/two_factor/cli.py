"""`watchword reset-second-factor`: for who lost every factor and every recovery code."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from watchword.core.errors import AuthError
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.two_factor import cases
from watchword.web.current import scope
from watchword.web.i18n import told
from watchword.web.setup import setup


@click.command(
    "reset-second-factor", epilog="Example: watchword reset-second-factor anna --reason 'Lost phone, ticket 4711'"
)
@click.argument("name", required=False)
@click.option("--reason", help="Why, for the audit log and for the owner, who is mailed it.")
@click.option("--cancel", is_flag=True, help="The factors of NAME stay after all.")
@click.option("--list", "show_all", is_flag=True, help="Show what waits.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
@with_appcontext
def reset_second_factor(name: str | None, *, reason: str | None, cancel: bool, show_all: bool, as_json: bool) -> None:
    """Take all second factors of NAME (a user name or address) away, after a delay in which the owner can stop it.

    Check first, by a way you trust, that it is the owner who asks: a call or a mail is not enough. There is no way to
    skip the delay (WATCHWORD_TWO_FACTOR_RESET_DELAY).
    """
    _need("two_factor", "notices")
    if show_all:
        _show(scope(), as_json=as_json)
    elif name is None or bool(reason) == cancel:
        raise click.UsageError("Say whose, and why: NAME --reason TEXT. Or NAME --cancel, or --list.")
    else:
        values, words = _change(scope(), _person(scope(), name), reason)
        click.echo(json.dumps(values, indent=2) if as_json else words)


def _change(scope: Scope, person: Person, reason: str | None) -> tuple[dict[str, str], str]:
    """Open a case for a *reason*, or stop the one that is open; the answer, for programs and for people."""
    try:
        answer = _open(scope, person, _one_line(reason)) if reason else _cancel(scope, person)
    except AuthError as refusal:
        raise click.ClickException(told(refusal)) from None
    scope.commit()
    return answer


def _open(scope: Scope, person: Person, reason: str) -> tuple[dict[str, str], str]:
    due = cases.open_case(scope, person.id, reason=reason).isoformat(" ", "seconds")
    words = f"The second factors of {person.username} go at {due}, unless it is stopped. The owner is told by mail."
    return {"user": person.public_id, "due_at": due}, words


def _cancel(scope: Scope, person: Person) -> tuple[dict[str, str], str]:
    cases.stop(scope, person.id, by="operator")
    return {"user": person.public_id}, f"Stopped. The second factors of {person.username} stay."


def _show(scope: Scope, *, as_json: bool) -> None:
    rows = [(accounts.get(scope, each.user_id), each) for each in cases.all_open(scope)]
    shown = [
        {"user": person.public_id, "name": person.username, "due_at": str(case.due_at), "reason": case.reason}
        for person, case in rows
        if person is not None
    ]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    for each in [] if as_json else shown:
        click.echo(f"{each['due_at']}  {each['name']}  {each['reason']}")
    if not shown and not as_json:
        click.echo("Nothing waits.")


def _need(*features: str) -> None:
    """Without notices its owner would not hear of it in time."""
    missing = [name for name in features if name not in {each.name for each in setup().features}]
    if missing:
        raise click.ClickException(f"The feature {missing[0]} is off; this command needs it.")


def _person(scope: Scope, name: str) -> Person:
    person = accounts.find(scope, name)
    if person is None or not person.is_open:
        raise click.ClickException("There is no user with that name or address.")
    return person


def _one_line(reason: str) -> str:
    text = " ".join(reason.split())
    if not text.isprintable() or not 1 <= len(text) <= cases.LONGEST_REASON:
        raise click.UsageError(f"The reason is one line of at most {cases.LONGEST_REASON} characters.")
    return text
