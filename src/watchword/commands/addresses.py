"""`set-address`: for who reads mail at their address no longer, or has none."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from watchword.commands.database import need_tables
from watchword.commands.people import ADDRESS_TAKEN, command_scope, person_called, refusals_in_words
from watchword.commands.printing import as_json_option, print_json
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import Address, check_address
from watchword.features.accounts.service import Person
from watchword.features.my_account import service as my_account
from watchword.web.setup import setup


@click.command("set-address", epilog="Example: watchword set-address anna anna@new.example")
@click.argument("name")
@click.argument("email")
@as_json_option
@with_appcontext
def set_address(name: str, email: str, *, as_json: bool) -> None:
    """Give NAME (a user name or address) the address EMAIL. You vouch for it: no mail is sent there.

    Check first, by a way you trust, that it is the owner who asks: whoever reads mail there can reset the password. The
    old address is told, if there is one, and can take it back for a week. Links mailed before are dead, and all
    sessions end.
    """
    _need_my_account()
    need_tables()
    with command_scope() as scope, refusals_in_words():
        person, address = person_called(scope, name), check_address(email)
        _set(scope, person, address)
    if as_json:
        print_json({"user": person.public_id})
        return
    told = "The old one is told by mail." if person.has_address else "There was none, so nobody is told by mail."
    click.echo(f"The address of {person.username} is {address.typed} now. {told} All sessions ended.")


def _set(scope: Scope, person: Person, address: Address) -> None:
    """Put it in place and commit. An operator may hear that an address is known; on the web nobody does."""
    holder = accounts.holder_of_address(scope, address)
    is_anothers = holder is not None and holder.id != person.id
    if is_anothers or not my_account.set_address(scope, person.id, address):
        raise click.ClickException(ADDRESS_TAKEN)
    scope.commit()


def _need_my_account() -> None:
    """Without it nobody keeps which address was whose, so nobody could take the change back."""
    if "my_account" not in {each.name for each in setup().features}:
        raise click.ClickException("The feature my_account is off; this command needs it.")
