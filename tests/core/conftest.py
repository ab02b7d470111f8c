"""Connections to a database that holds one thing."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from tests.support.things import ROW, THINGS
from watchword.core.db import make_engines
from watchword.core.store import OwnStore


@pytest.fixture
def engines(database_url):
    made = make_engines(database_url)
    THINGS.drop(made.write, checkfirst=True)
    THINGS.create(made.write)
    with made.write.begin() as connection:
        connection.execute(insert(THINGS), ROW)
    yield made
    THINGS.drop(made.write)
    made.dispose()


@pytest.fixture
def connection(engines):
    with engines.read.connect() as opened:
        yield opened


@pytest.fixture
def ours(engines):
    """A session of our own, whose transaction is open."""
    store = OwnStore(engines)
    opened = store.open_session(lambda _committed: None)
    yield opened
    store.close_session(opened)
