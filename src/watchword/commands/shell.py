"""What lies at hand in `flask shell`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import watchword
from watchword.core.host_store import HostDatabase
from watchword.core.store import OwnStore, Store


@dataclass(frozen=True, slots=True)
class Database:
    """The same two names that a host's `db` has. On SQLite the session holds the write lock until it commits."""

    engine: Engine
    session: Session


def at_hand(store: Store, db: HostDatabase | None) -> dict[str, Any]:
    """`watchword`, `User`, and `db`: the host's own, or a session on the database we opened."""
    if db is None and isinstance(store, OwnStore):
        db = Database(store.engines.write, Session(store.engines.write))
    return {"watchword": watchword, "User": watchword.User, "db": db}
