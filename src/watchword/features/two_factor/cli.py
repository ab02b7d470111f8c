"""`watchword reset-second-factor`: for who lost every factor and every recovery code."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import with_appcontext

from watchword.core.errors import AuthError
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.two_factor import cases, telling
from watchword.web.current import scope
from watchword.web.i18n import told
from watchword.web.setup import setup

_NOT_TOLD = "when the owner is told"


@click.command(
    "reset-second-factor", epilog="Example: watchword reset-second-factor anna --reason 'Lost phone, ticket 4711'"
)
@click.argument("name", required=False)
@click.option("--reason", help="Why, for the audit log and for the owner, who is mailed it.")
@click.option("--cancel", is_flag=True, help="The factors of NAME stay after all.")
@click.option("--owner-knows", is_flag=True, help="NAME was told, though no mail reached them: the delay begins now.")
@click.option("--list", "show_all", is_flag=True, help="Show what waits.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
@with_appcontext
def reset_second_factor(name: str | None, *, show_all: bool, as_json: bool, **wanted: Any) -> None:
    """Take all second factors of NAME (a user name or address) away, after a delay in which the owner can stop it.

    Check first, by a way you trust, that it is the owner who asks: a call or a mail is not enough. The delay begins
    when the mail to the owner has left, and there is no way to skip it (WATCHWORD_TWO_FACTOR_RESET_DELAY).
    """
    _need("two_factor", "notices")
    if show_all:
        _show(scope(), as_json=as_json)
    elif name is None or sum(map(bool, wanted.values())) != 1:
        raise click.UsageError("Say whose, and why: NAME --reason TEXT. Or NAME --cancel, --owner-knows, or --list.")
    else:
        values, words = _change(scope(), _person(scope(), name), wanted["reason"], cancel=wanted["cancel"])
        click.echo(json.dumps(values, indent=2) if as_json else words)


def _change(scope: Scope, person: Person, reason: str | None, *, cancel: bool) -> tuple[dict[str, str], str]:
    """Open a case for a *reason*; stop the one that is open, or begin its delay. What to answer programs and people."""
    try:
        if reason:
            answer = _open(scope, person, _one_line(reason))
        else:
            answer = _cancel(scope, person) if cancel else _begin(scope, person)
    except AuthError as refusal:
        raise click.ClickException(told(refusal)) from None
    scope.commit()
    return answer


def _open(scope: Scope, person: Person, reason: str) -> tuple[dict[str, str], str]:
    due = cases.open_case(scope, person.id, reason=reason).isoformat(" ", "seconds")
    if not person.has_address:  # then no mail leaves, and the delay never begins by itself
        words = (
            f"The account of {person.username} has no address, so no mail tells the owner and nothing goes yet. "
            f"Tell them another way, then say: watchword reset-second-factor {person.username} --owner-knows"
        )
        return {"user": person.public_id, "due_at": ""}, words
    words = (
        f"The second factors of {person.username} go at {due}, unless it is stopped. The owner is told by mail first."
    )
    return {"user": person.public_id, "due_at": due}, words


def _begin(scope: Scope, person: Person) -> tuple[dict[str, str], str]:
    due = telling.told_otherwise(scope, person.id).isoformat(" ", "seconds")
    return {"user": person.public_id, "due_at": due}, f"The second factors of {person.username} go at {due}."


def _cancel(scope: Scope, person: Person) -> tuple[dict[str, str], str]:
    cases.stop(scope, person.id, by="operator")
    return {"user": person.public_id}, f"Stopped. The second factors of {person.username} stay."


def _show(scope: Scope, *, as_json: bool) -> None:
    rows = [(accounts.get(scope, each.user_id), each) for each in cases.all_open(scope)]
    shown = [
        {
            "user": person.public_id,
            "name": person.username,
            "due_at": str(case.due_at) if case.told_at else "",
            "reason": case.reason,
        }
        for person, case in rows
        if person is not None
    ]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    for each in [] if as_json else shown:
        click.echo(f"{each['due_at'] or _NOT_TOLD:25}  {each['name']}  {each['reason']}")
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
