"""A host with the least that both Flask extensions for SQLAlchemy give, on engines as hosts make them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.pool import StaticPool

from tests.hosts.orders import Db, HostBase
from watchword import Watchword, upgrade_database
from watchword.testing import cheap_hasher


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request):
    """Engines as a host makes them: without our settings, and in memory with the one connection that tests use."""
    if request.param == "memory":
        yield from _opened(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))
        return
    places = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with places.fresh() as url:
        yield from _opened(create_engine(url))


def _opened(engine):
    yield engine
    HostBase.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def db(engine):
    return Db(engine, scoped_session(sessionmaker(engine)))


@pytest.fixture
def app(db, tmp_path, clock, mailbox):
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True)
    Watchword(app, db=db, clock=clock, carrier=mailbox, hasher=cheap_hasher())
    app.teardown_appcontext(lambda _error: db.session.remove())
    upgrade_database(app)
    HostBase.metadata.create_all(db.engine)
    return app


@pytest.fixture
def in_app(app):
    with app.app_context():
        yield
