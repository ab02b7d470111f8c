"""`watchword …` for the ready-to-run app, `flask watchword …` in an app of your own: the same commands."""

from __future__ import annotations

from collections.abc import Sequence

import click

import watchword
from watchword.commands.addresses import set_address
from watchword.commands.database import db
from watchword.commands.doctor import doctor
from watchword.commands.group import HELP, ReadyToRun, ReadyToRunCommands
from watchword.commands.guessing import explain, limits
from watchword.commands.keys import rotate_keys
from watchword.commands.listing import show_features, show_settings
from watchword.commands.mails import draw_mails
from watchword.commands.outbox import outbox
from watchword.commands.people import create_admin, create_user
from watchword.commands.work import purge, work

commands = ReadyToRunCommands("watchword", help=HELP)
_COMMANDS = (
    doctor,
    show_settings,
    show_features,
    db,
    create_user,
    create_admin,
    set_address,
    limits,
    explain,
    work,
    purge,
    rotate_keys,
    outbox,
    draw_mails,
)
for _command in _COMMANDS:
    commands.add_command(_command)
click.version_option(watchword.__version__, prog_name="Watchword")(commands)


def main(arguments: Sequence[str] | None = None) -> None:
    """Do a command for the ready-to-run app and end the process with its exit status."""
    commands.main(args=None if arguments is None else list(arguments), prog_name="watchword", obj=ReadyToRun())


if __name__ == "__main__":
    main()
