"""Fills a database with people, each signed in once. They share one hash: the password is `PASSWORD`."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import make_url

from watchword.core.passwords import Argon2
from watchword.core.tokens import fingerprint

PASSWORD = "quiet lantern over copper river"
LONG_AGO, FAR_AWAY = "2026-01-01 00:00:00.000000", "2099-01-01 00:00:00.000000"
USER = (
    "id, public_id, username, username_key, email, email_key, password_hash, credential_version, is_admin, created_at, "
    "password_changed_at"
)
SESSION = (
    "id, handle, user_id, created_at, seen_at, expires_at, proved_at, renewed_at, remembered, proofs, ip, user_agent"
)


def name_of(number: int) -> str:
    return f"person{number}"


def session_secret(number: int) -> str:
    """What the cookie of this person holds: made from the number, so that every process knows it."""
    digest = hashlib.sha256(f"session {number}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def fill(url: str, count: int) -> None:
    """Put people 1 to *count* into the empty, migrated database at *url*."""
    if url.startswith("sqlite"):
        _fill_sqlite(str(make_url(url).database), count)
    else:
        _fill_postgres(url, count)


def _users(count: int) -> Iterator[tuple[Any, ...]]:
    hashed = Argon2().hash(PASSWORD)
    for number in range(1, count + 1):
        name, handle = name_of(number), _handle("user", number)
        email = f"{name}@example.com"
        yield number, handle, name, name, email, email, hashed, 1, 0, LONG_AGO, LONG_AGO


def _sessions(count: int) -> Iterator[tuple[Any, ...]]:
    """Seen in the far future, so that no run writes "last seen" into them."""
    for number in range(1, count + 1):
        key, handle = fingerprint(session_secret(number)), _handle("session", number)
        yield key, handle, number, LONG_AGO, FAR_AWAY, FAR_AWAY, LONG_AGO, FAR_AWAY, 0, "pwd", "192.0.2.1", "benchmark"


def _handle(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:32]


def _fill_sqlite(path: str, count: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA cache_size=-1000000")  # a gigabyte: the indexes are filled in no order
        connection.execute("PRAGMA synchronous=OFF")
        for table, columns, rows in (("auth_user", USER, _users), ("auth_session", SESSION, _sessions)):
            marks = ", ".join("?" for _ in columns.split(","))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows(count))  # noqa: S608
        connection.commit()
        connection.execute("ANALYZE")
    connection.close()


def _fill_postgres(url: str, count: int) -> None:
    import psycopg  # noqa: PLC0415 - an extra of ours

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        for table, columns, rows in (("auth_user", USER, _users), ("auth_session", SESSION, _sessions)):
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows(count):
                    copy.write_row(row)
        connection.execute("SELECT setval(pg_get_serial_sequence('auth_user', 'id'), %s)", [count])
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        _read_once(connection)


def _read_once(connection: Any) -> None:
    """As in a server that has been up for a while: COPY leaves the pages on the disk."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    connection.execute("SELECT pg_prewarm(oid) FROM pg_class WHERE relname LIKE '%auth%' AND relkind IN ('r', 'i')")
