"""`flask watchword …`."""

from __future__ import annotations

import click

commands = click.Group("watchword", help="Manage sign-in.")
