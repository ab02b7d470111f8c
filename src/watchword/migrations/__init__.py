"""One line of history for all our tables; they always exist, whatever features are on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, column, inspect, select, table, text

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
TABLE = "auth_alembic_version"
HEAD = "0014"
"""The newest revision; a test compares it with the folder. Kept here so that a start need not load Alembic."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to *revision*. Two processes at once are safe: the second waits and finds it done."""
    if revision == "head" and current(engine) == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - optional at run time: an up-to-date start doesn't pay for it

    with engine.connect() as connection, connection.begin():
        _wait_our_turn(engine, connection)
        command.upgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at; None when it has none of our tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(TABLE):
            return None
        found: str | None = connection.execute(select(column("version_num")).select_from(table(TABLE))).scalar()
        return found


def _wait_our_turn(engine: Engine, connection: object) -> None:
    """SQLite's BEGIN IMMEDIATE is the turn already; PostgreSQL needs to be told."""
    if engine.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(77871)"))  # type: ignore[attr-defined]


def _config(connection: object) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see upgrade

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
