"""What holds for all commands."""

from __future__ import annotations

import click
import pytest
from flask import Flask

import watchword
from tests.cli.conftest import Run
from watchword import Watchword
from watchword.cli import commands
from watchword.migrations import HEAD


def every_command(group: click.Group = commands) -> list[click.Command]:
    context = click.Context(group)
    here = [found for name in group.list_commands(context) if (found := group.get_command(context, name))]
    inside = [each for each in here if isinstance(each, click.Group)]
    return [*here, *(each for one in inside for each in every_command(one))]


@pytest.mark.parametrize("command", every_command(), ids=lambda each: each.name)
def test_every_command_has_a_help_text_and_an_example(command: click.Command):
    assert command.help
    assert (command.epilog or "").startswith("Example: watchword ")


@pytest.mark.parametrize("command", every_command(), ids=lambda each: each.name)
def test_every_option_is_explained(command: click.Command):
    options = [each for each in command.params if isinstance(each, click.Option)]

    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("command", every_command(), ids=lambda each: each.name)
def test_every_example_is_a_command_of_ours(command: click.Command):
    words = (command.epilog or "").removeprefix("Example: watchword ").split()

    context = click.Context(commands)
    found = commands.get_command(context, words[0])
    if isinstance(found, click.Group):
        found = found.get_command(context, words[1])

    assert found is command or isinstance(command, click.Group)


def test_the_version_is_told(run: Run):
    assert run("--version").stdout == f"Watchword, version {watchword.__version__}\n"


def test_a_host_has_them_all_under_flask_watchword(tmp_path):
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True, WATCHWORD_ENV="development", SECRET_KEY="x" * 16 + "vK7nQ2wX9tB4mZ8cR5yH")
    Watchword(app)

    result = app.test_cli_runner().invoke(args=["watchword", "db", "current"])

    app.extensions["watchword"].tools.store.dispose()
    assert result.stdout == f"The database is at revision {HEAD}.\n"
