"""Servers of a test's own, to be killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.databases import migrate
from tests.support.parts import missing
from tests.support.postgres import PostgresServer
from tests.support.redis_server import RedisServer


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL with a migrated database `doomed`."""
    try:
        server = PostgresServer.start()
    except LookupError as reason:
        missing(str(reason))
    try:
        server.create("doomed")
        migrate(server.url("doomed"))
        yield server
    finally:
        server.stop()


@contextmanager
def redis() -> Iterator[RedisServer]:
    try:
        server = RedisServer.start()
    except LookupError as reason:
        missing(str(reason))
    try:
        yield server
    finally:
        server.stop()
