"""`rotate-keys`: after SECRET_KEY has changed and the old one lies among the fallbacks."""

from __future__ import annotations

import secrets

import click
from flask.cli import with_appcontext

from watchword.commands.database import need_tables
from watchword.commands.printing import as_json_option, counted, print_json
from watchword.core.reseal import reseal_all
from watchword.core.scope import Caller, Scope
from watchword.web.setup import setup


@click.command("rotate-keys", epilog="Example: watchword rotate-keys")
@as_json_option
@with_appcontext
def rotate_keys(*, as_json: bool) -> None:
    """Encrypt anew, under SECRET_KEY, what a key in SECRET_KEY_FALLBACKS still holds.

    Then the old key can be taken out. May run while the site does, and more than once.
    """
    need_tables()
    scope = Scope(setup().tools, Caller(user_agent="watchword command", request_id=secrets.token_hex(8)))
    try:
        count = sum(reseal_all(scope, each) for feature in setup().features for each in feature.reseals)
        scope.commit()
    finally:
        scope.close()
    if as_json:
        print_json({"resealed": count})
    else:
        click.echo(f"{counted(count, 'row', 'rows')} encrypted under the newest key.")
