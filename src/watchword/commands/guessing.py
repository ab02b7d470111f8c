"""`limits` and `explain`: who is held back and why, and how to let somebody in again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click
from flask.cli import with_appcontext

from watchword.commands.database import need_tables
from watchword.commands.people import command_scope, person_called
from watchword.commands.printing import as_json_option, counted, print_columns, print_json
from watchword.core.events import LimitReached
from watchword.core.limits import Count, milliseconds, refusals_of
from watchword.core.scope import Scope
from watchword.core.tokens import is_handle
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.audit import service as audit
from watchword.features.audit.service import Record
from watchword.features.login import service as login
from watchword.features.login.events import SignInRefused
from watchword.web.proxies import in_one_spelling

NOBODY = "nobody has that name or address"
REASONS = {
    "wrong_sign_in": "the password was wrong",
    "wrong_current_password": "somebody signed in typed a wrong current password",
    "wrong_second_proof": "the first proof was right, the second was wrong",
    login.BY_ADDRESS: "too many wrong sign-ins from this address",
    login.BY_NAME: "too many wrong sign-ins with this name or address",
    login.BY_USER: "too many failures in a row: unknown devices need a reset first",
    login.BY_SECOND_STEP: "too many wrong second proofs of this user",
    login.BY_DEVICE: "too many wrong sign-ins on this known device",
}


@click.command("limits", epilog="Example: watchword limits --clear-user anna")
@click.option("--all", "show_all", is_flag=True, help="Also what is counted and not full.")
@click.option("--clear", "key", metavar="KEY", help="Forget this one count.")
@click.option("--clear-ip", metavar="ADDRESS", help="Forget all counts of a caller's address.")
@click.option("--clear-user", metavar="NAME", help="Forget what is counted of a user, by name or address.")
@as_json_option
@with_appcontext
def limits(*, show_all: bool, key: str | None, clear_ip: str | None, clear_user: str | None, as_json: bool) -> None:
    """Show who is limited now, by which rule, until when and how often within the hour; or let somebody in again.

    WHO is a caller's address, a user by name, or a keyed hash: what was typed is not kept.
    """
    need_tables()
    with command_scope() as scope:
        if key or clear_ip or clear_user:
            gone = scope.limits.forget(_keys(scope, key=key, ip=clear_ip, user=clear_user))
            _answer({"cleared": gone}, f"{counted(gone, 'count', 'counts')} forgotten.", as_json=as_json)
        else:
            _show_limits(scope, show_all=show_all, as_json=as_json)


@click.command("explain", epilog="Example: watchword explain --user anna")
@click.option("--request", "request_id", metavar="ID", help="The request, as error pages and the log name it.")
@click.option("--user", metavar="NAME", help="Whose name or address was typed.")
@click.option("--ip", metavar="ADDRESS", help="The caller's address.")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365), help="How far to look back.")
@as_json_option
@with_appcontext
def explain(*, request_id: str | None, user: str | None, ip: str | None, days: int, as_json: bool) -> None:
    """Say why sign-ins, and other acts that are limited, were refused, the newest first.

    Of what one limit refuses within an hour ten are told, then the hundredth, the thousandth, and so on.
    """
    need_tables()
    with command_scope() as scope:
        found = _refusals(scope, request_id=request_id, user=user, ip=ip, days=days)
        names = _names(scope, found)
    if as_json:
        told = ({"at": each.at.isoformat(), "user": names[each.user_id], "reason": _reason(each)} for each in found)
        print_json([asdict(each) | more for each, more in zip(found, told, strict=True)])
    else:
        _print_refusals(found, names)


def _keys(scope: Scope, *, key: str | None, ip: str | None, user: str | None) -> list[str]:
    keys = [key] if key and _is_text(key) else []
    if ip:
        wanted = f":{_address(ip)}:"
        keys += [each.key for each in scope.limits.counts() if wanted in f":{each.who}:"]
    if user:
        person = person_called(scope, user)
        keys += login.keys_of_user(scope, person)
        theirs = {person.public_id, f"user:{person.id}"}
        keys += [each.key for each in scope.limits.counts() if each.refuses and each.who in theirs]
    return list(dict.fromkeys(keys))


def _show_limits(scope: Scope, *, show_all: bool, as_json: bool) -> None:
    now, found = milliseconds(scope.clock), {each.key: each for each in scope.limits.counts()}
    shown = [each for each in found.values() if each.refuses and (show_all or each.is_full(now))]
    refused = {key: found[refusals_of(key)].used for key in found if refusals_of(key) in found}
    users = {each.key: _user_behind(scope, each) for each in shown}
    if as_json:
        told = (
            {"rule": each.rule, "who": each.who, "user": users[each.key], "refused": refused.get(each.key, 0)}
            for each in shown
        )
        print_json([asdict(each) | more for each, more in zip(shown, told, strict=True)])
    else:
        _print_limits(shown, users, refused, now=now)


def _print_limits(
    shown: Sequence[Count], users: Mapping[str, str | None], refused: Mapping[str, int], *, now: int
) -> None:
    if not shown:
        click.echo("Nobody is limited.")
        return
    rows = [
        (each.rule, users[each.key] or each.who, *_state(each, now), str(refused.get(each.key, 0)), each.key)
        for each in shown
    ]
    print_columns(("RULE", "WHO", "USED", "UNTIL (UTC)", "REFUSED", "KEY"), rows)
    _explain_rules({each.rule for each in shown if each.is_full(now)})


def _refusals(scope: Scope, *, request_id: str | None, user: str | None, ip: str | None, days: int) -> list[Record]:
    """What was refused in the last *days*, the newest first; of a request, a user or an address where one is named."""
    if request_id and not _is_text(request_id):
        return []
    return audit.search(
        scope,
        SignInRefused.name,
        LimitReached.name,
        since=scope.now - timedelta(days=days),
        user_id=person_called(scope, user).id if user else None,
        ip=_address(ip) if ip else None,
        request_id=request_id,
    )


def _is_text(typed: str) -> bool:
    """Whether *typed* can be stored: bytes that no terminal of ours means arrive as surrogates."""
    return not any("\ud800" <= one <= "\udfff" for one in typed)


def _print_refusals(found: Sequence[Record], names: Mapping[int | None, str]) -> None:
    if not found:
        click.echo("Nothing was refused there.")
        return
    rows = [(_utc(each.at), each.ip, names[each.user_id], each.request_id, _reason(each)) for each in found]
    print_columns(("WHEN (UTC)", "ADDRESS", "USER", "REQUEST", "WHY"), rows)
    if len(found) == audit.FOUND_AT_MOST:
        click.echo(f"These are the newest {len(found)}: ask for a user, an address or fewer days to see others.")


def _user_behind(scope: Scope, count: Count) -> str | None:
    person = _numbered(scope, count.who) or login.person_behind(scope, count)
    return person.username if person else None


def _numbered(scope: Scope, who: str) -> Person | None:
    """Who is counted by their number, as our own rules do, or by their public id, as `@limit(by="user")` does."""
    kind, _, user_id = who.partition(":")
    if kind == "user" and user_id.isdecimal():
        return accounts.get(scope, int(user_id))
    return accounts.get_public(scope, who) if is_handle(who) else None


def _state(count: Count, now: int) -> tuple[str, str]:
    """How full it is, and until when: one that is full refuses so long, any other is remembered so long."""
    is_full = count.is_full(now)
    used = f"{count.used} of {count.amount}" if is_full or count.used < count.amount else "has room again"
    per = f" in {'an' if count.unit == 'hour' else 'a'} {count.unit}" if count.unit else ""
    ends = datetime.fromtimestamp((count.opens_at if is_full else count.ends_at) / 1000, UTC)
    return used + per, "a reset by mail" if count.rule == login.BY_USER else _utc(ends)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _explain_rules(full: Iterable[str]) -> None:
    known = [f"{rule}: {REASONS[rule]}" for rule in sorted(full) if rule in REASONS]
    if known:
        click.echo("\n" + "\n".join(known))


def _names(scope: Scope, found: Iterable[Record]) -> dict[int | None, str]:
    """What the users are called whom *found* is about; a dash for nobody."""
    people = {user_id: accounts.get(scope, user_id) for user_id in {each.user_id for each in found if each.user_id}}
    return {None: "-"} | {user_id: person.username if person else "-" for user_id, person in people.items()}


def _reason(record: Record) -> str:
    why, wait, times = str(record.facts.get("why", "")), record.facts.get("wait"), record.facts.get("times", 1)
    waited = f"; it had to wait {wait} seconds" if wait else ""
    return _words(record, why) + waited + (f"; refused {times} times within the hour" if times != 1 else "")


def _words(record: Record, why: str) -> str:
    if why == "wrong_sign_in" and record.user_id is None:
        return NOBODY
    is_limit = record.name == LimitReached.name
    return REASONS.get(why) or (f"the limit {why} was full" if is_limit else f"the proof was refused: {why}")


def _address(ip: str) -> str:
    found = in_one_spelling(ip)
    if not found:
        raise click.ClickException("That is no IP address.")
    return found


def _answer(values: dict[str, object], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(values)
    else:
        click.echo(words)
