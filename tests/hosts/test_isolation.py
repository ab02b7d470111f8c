"""On a host's PostgreSQL engine that isolates more than ours needs, or not at all: what we count is counted as ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.orm import scoped_session, sessionmaker

from tests.hosts.orders import Db
from watchword import Watchword, scope, upgrade_database
from watchword.core.limits import Rate
from watchword.core.limits_rows import LimitRow
from watchword.testing import cheap_hasher
from watchword.web.setup import setup_of

pytestmark = pytest.mark.postgres
RATE = Rate.of("wide:x", "5/hour")


@pytest.fixture(params=["REPEATABLE READ", "SERIALIZABLE", "AUTOCOMMIT"])
def engine(request, postgres_databases):
    with postgres_databases.fresh() as url:
        engine = create_engine(url, isolation_level=request.param, pool_use_lifo=True)
        yield engine
        engine.dispose()


@pytest.fixture(params=["db", "engine"])
def given(request):
    return request.param


@pytest.fixture
def app(given, engine, tmp_path, clock):
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True)
    db = Db(engine, scoped_session(sessionmaker(engine)))
    place = {"db": db} if given == "db" else {"engine": engine}
    Watchword(app, **place, clock=clock, hasher=cheap_hasher())
    app.teardown_appcontext(lambda _error: db.session.remove())
    upgrade_database(app)
    app.extensions["host's db"] = db
    return app


COUNTS = {
    "take": lambda limits: limits.take(RATE),
    "reserve": lambda limits: limits.reserve(RATE).unchecked(),
}


@pytest.mark.parametrize("count", COUNTS)
def test_who_waits_for_anothers_count_is_not_refused_for_it(app, engine, count):
    with app.app_context():
        scope().take(RATE)

    plain = engine.execution_options(isolation_level="READ COMMITTED")
    with ThreadPoolExecutor(1) as threads, plain.connect() as other:
        other.execute(update(LimitRow).values(used=2))
        counted = threads.submit(in_the_app, app, COUNTS[count])
        while not somebody_waits(engine):
            other.execute(select(func.pg_sleep(0.01)))
        other.commit()

        counted.result(30)


def in_the_app(app, count):
    with app.app_context():
        count(scope().limits)


def somebody_waits(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))


def test_of_an_act_that_is_refused_nothing_is_counted(app):
    narrow = Rate.of("narrow:x", "1/minute")
    with app.app_context():
        had_room = [scope().limits.has_room(RATE, narrow) for _ in range(3)]

        assert had_room == [True, False, False]
        assert [setup_of(app).tools.limits.find(each.key).used for each in (RATE, narrow)] == [1, 1]


KEEPS = {
    "a lock": lambda session: session.execute(select(LimitRow).with_for_update()),
    "a lock, by text": lambda session: session.execute(text("SELECT key FROM auth_limit for share")),
    "a lock of its own": lambda session: session.execute(select(func.pg_advisory_xact_lock(1))),
    "what was set": lambda session: session.execute(text("SET LOCAL my.tenant = '5'")),
    "what was set by a function": lambda session: session.execute(select(func.set_config("my.tenant", "5", True))),
    "a way of isolating": lambda session: session.connection(execution_options={"isolation_level": "SERIALIZABLE"}),
}


@pytest.mark.parametrize("given", ["db"])
@pytest.mark.parametrize("engine", ["REPEATABLE READ"], indirect=True)
@pytest.mark.parametrize("keep", KEEPS)
def test_what_a_hosts_transaction_keeps_until_its_end_stays_kept_when_we_count(app, keep):
    with app.app_context():
        session = app.extensions["host's db"].session()
        KEEPS[keep](session)
        scope().take(RATE)
        assert session.in_transaction()

        session.rollback()
        session.execute(select(LimitRow.key))
        scope().take(RATE)
        assert not session.in_transaction()
