"""`create-user` and `create-admin`. Passwords are typed unseen or come through a pipe, never as an argument: arguments
stand in the shell's history and in every list of processes.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from flask.cli import with_appcontext

from watchword.commands.database import need_tables
from watchword.commands.printing import as_json_option, print_json
from watchword.core.errors import AuthError
from watchword.core.scope import Caller, Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import Address, check_address
from watchword.features.accounts.errors import UserNameTaken
from watchword.features.accounts.names import UserName, check_user_name
from watchword.features.accounts.service import Person
from watchword.web.i18n import told
from watchword.web.setup import setup

LONGEST_LINE = 8192
ADDRESS_TAKEN = "There is a user with that address already."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who shall be added."""

    name: UserName
    address: Address
    is_admin: bool


def _of_a_person(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments and options both commands take."""
    for decorate in (
        as_json_option,
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input, as one line."),
        click.argument("email"),
        click.argument("name"),
    ):
        command = decorate(command)
    return command


@click.command("create-user", epilog="Example: watchword create-user anna anna@example.com")
@_of_a_person
@click.option("--admin", "is_admin", is_flag=True, help="Make the user an administrator.")
@with_appcontext
def create_user(name: str, email: str, *, is_admin: bool, password_stdin: bool, as_json: bool) -> None:
    """Add a user called NAME whose address is EMAIL. You vouch for the address: no mail is sent to it.

    The password is asked for, twice. The same rules hold as for people who register.
    """
    _create(name, email, is_admin=is_admin, password_stdin=password_stdin, as_json=as_json)


@click.command("create-admin", epilog="Example: watchword create-admin anna anna@example.com")
@_of_a_person
@with_appcontext
def create_admin(name: str, email: str, *, password_stdin: bool, as_json: bool) -> None:
    """Add an administrator called NAME whose address is EMAIL. Otherwise as create-user."""
    _create(name, email, is_admin=True, password_stdin=password_stdin, as_json=as_json)


def _create(name: str, email: str, *, is_admin: bool, password_stdin: bool, as_json: bool) -> None:
    need_tables()
    with command_scope() as scope, refusals_in_words():
        wanted = Wanted(check_user_name(name), check_address(email), is_admin)
        _refuse_taken(scope, wanted)
        password_hash = _hash_of_line(scope, wanted) if password_stdin else _hash_of_typed(scope, wanted)
        public_id = _add(scope, wanted, password_hash)
    if as_json:
        print_json({"public_id": public_id})
    else:
        kind = "administrator" if is_admin else "user"
        click.echo(f"Added the {kind} {wanted.name.typed} <{wanted.address.typed}>, public id {public_id}.")


@contextmanager
def command_scope() -> Iterator[Scope]:
    """A scope whose audit rows tell that nobody came through the web."""
    scope = Scope(setup().tools, Caller(user_agent="watchword command", request_id=secrets.token_hex(8)))
    try:
        yield scope
    finally:
        scope.close()


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Around what may refuse: the command ends with what the refusal says."""
    try:
        yield
    except AuthError as refusal:
        raise click.ClickException(told(refusal)) from None


def person_called(scope: Scope, name: str) -> Person:
    """Whoever has this user name or address; without one the command ends."""
    person = accounts.find(scope, name)
    if person is None:
        raise click.ClickException("There is no user with that name or address.")
    return person


def _refuse_taken(scope: Scope, wanted: Wanted) -> None:
    """An operator may hear that an address is known; on the web nobody does."""
    if accounts.user_name_is_taken(scope, wanted.name):
        raise UserNameTaken
    if accounts.holder_of_address(scope, wanted.address) is not None:
        raise click.ClickException(ADDRESS_TAKEN)


def _hash_of_line(scope: Scope, wanted: Wanted) -> str:
    return _hash(scope, wanted, _password_line())


def _hash_of_typed(scope: Scope, wanted: Wanted) -> str:
    """Ask until the password keeps the rules; Ctrl-C ends it."""
    text = f"Password (at least {accounts.minimum_length(scope)} characters)"
    while True:
        password = click.prompt(text, hide_input=True, confirmation_prompt="The same again", err=True)
        try:
            return _hash(scope, wanted, password)
        except AuthError as refusal:
            if refusal.field != "password":
                raise
            click.echo(told(refusal), err=True)


def _hash(scope: Scope, wanted: Wanted, password: str) -> str:
    return accounts.hash_new_password(scope, password, wanted.name.typed, wanted.address.typed)


def _password_line() -> str:
    if sys.stdin.isatty():
        raise click.UsageError("--password-stdin reads from a pipe. Without it, the password is asked for unseen.")
    line = sys.stdin.buffer.readline(LONGEST_LINE)
    try:
        password = line.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:  # its message would repeat a piece of the password
        raise click.ClickException("The password on standard input isn't UTF-8 text.") from None
    if not password:
        raise click.ClickException("No password came through standard input.")
    return password


def _add(scope: Scope, wanted: Wanted, password_hash: str) -> str:
    """Add and commit; return the public id."""
    user_id = accounts.add(scope, wanted.name, wanted.address, password_hash=password_hash, is_admin=wanted.is_admin)
    if user_id is None:  # somebody was quicker while the password was typed
        _refuse_taken(scope, wanted)
        raise click.ClickException(ADDRESS_TAKEN)
    added = accounts.get(scope, user_id)
    scope.commit()
    return added.public_id if added is not None else ""
