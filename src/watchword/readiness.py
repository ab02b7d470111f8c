"""Whether an app's database is as this version needs it, and making it so."""

from __future__ import annotations

from flask import Flask

from watchword.core.db import DATABASE_AWAY
from watchword.migrations import HEAD, current, upgrade
from watchword.web.setup import EXTENSION


def upgrade_database(app: Flask) -> None:
    """Bring our tables in the database of *app* to this version: what `flask watchword db upgrade` does, for tests."""
    with app.app_context():
        upgrade(app.extensions[EXTENSION].tools.store.counting)


def is_ready(app: Flask) -> bool:
    """Whether the database answers and holds the tables of this version."""
    store = app.extensions[EXTENSION].tools.store
    try:
        with app.app_context():
            return current(store.counting) == HEAD
    except DATABASE_AWAY:
        return False


def carry_what_waits(app: Flask) -> None:
    """Let the worker thread of this process see to the outbox now: one that died may have left mails in it."""
    app.extensions[EXTENSION].delivery.wake()
