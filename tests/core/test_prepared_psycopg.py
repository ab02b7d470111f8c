"""What is prepared on a connection of PostgreSQL, and where we keep away from it."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from sqlalchemy import Integer, String, bindparam, cast, create_engine, event, func, insert, literal, select
from sqlalchemy.exc import DataError

from tests.support.together import together
from watchword.core.db import guest_engines, make_engines, table_of
from watchword.core.limits_rows import LimitRow
from watchword.core.prepared import Prepared
from watchword.core.store import GuestStore, OwnStore

NUMBER = Prepared(select(literal(1).label("one"), bindparam("number", type_=Integer)))

KEPT = Prepared(insert(table_of(LimitRow)))
A_NUMBER = Prepared(select(cast(bindparam("text", type_=String), Integer)))

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres_url(postgres_databases):
    with postgres_databases.fresh() as url:
        yield url


@pytest.fixture
def engines(postgres_url):
    made = make_engines(postgres_url)
    yield made
    made.dispose()


def prepared_on(connection) -> list[str]:
    """The names of what is prepared there, by whomever."""
    rows = connection.connection.driver_connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    return [name for (name,) in rows]


def ours(connection) -> list[str]:
    return [name for name in prepared_on(connection) if name.startswith("watchword")]


def test_a_statement_is_prepared_once_on_each_connection(engines):
    with engines.read.connect() as connection:
        answers = [NUMBER.first(connection, number=number)[1] for number in (1, 70_000, 3)]

        assert answers == [1, 70_000, 3]
        assert len(ours(connection)) == 1


def test_what_somebody_dropped_is_prepared_again(engines):
    with engines.read.connect() as connection:
        NUMBER.first(connection, number=1)
        connection.exec_driver_sql("DEALLOCATE ALL")
        answers = [NUMBER.first(connection, number=number)[1] for number in (2, 3)]

        assert answers == [2, 3]
        assert len(ours(connection)) == 1


def test_a_rollback_drops_nothing_of_ours(engines):
    """Psycopg drops all that is prepared after a rollback, when it prepares statements itself."""
    store = OwnStore(engines)
    for _ in range(3):
        session = store.open_session(lambda _committed: None)
        for number in range(8):  # psycopg would have prepared it by now
            session.execute(select(bindparam("plain", type_=Integer)), {"plain": number})
            NUMBER.first(session, number=number)
        connection = session.connection()
        names = ours(connection)
        session.rollback()
        store.close_session(session)

        assert len(names) == 1


def test_on_a_hosts_connections_nothing_is_prepared_by_us(postgres_url):
    """A rollback of the host would drop it, and each next question would be an error in PostgreSQL's log."""
    engine = create_engine(postgres_url)
    store = GuestStore(guest_engines(engine))
    looked = NUMBER.first(store.open_reader(), number=4)
    names = ours(store.open_reader())
    session = store.open_session(lambda _committed: None)
    answer = NUMBER.first(session, number=5)
    names += ours(session.connection())
    store.close_session(session)
    engine.dispose()

    assert (looked[1], answer[1], names) == (4, 5, [])


@pytest.mark.parametrize(("ending", "stays"), [("commit", 1), ("rollback", 0)])
def test_what_we_write_on_a_hosts_engine_stands_and_falls_with_its_transaction(postgres_url, ending, stays):
    engine = create_engine(postgres_url)
    store = GuestStore(guest_engines(engine))
    session = store.open_session(lambda _committed: None)
    KEPT.run(session, key="ours", ends_at=1, opens_at=1, used=1, amount=1, pending=0, pending_until=0)
    getattr(session, ending)()
    store.close_session(session)
    with engine.connect() as connection:
        kept = connection.scalar(select(func.count()).select_from(LimitRow))
    engine.dispose()

    assert kept == stays


def test_where_a_host_lets_psycopg_prepare_nothing_neither_do_we(postgres_url):
    engine = create_engine(postgres_url, connect_args={"prepare_threshold": None})
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        answers = [NUMBER.first(connection, number=number)[1] for number in range(8)]
        names = prepared_on(connection)
    engine.dispose()

    assert answers == list(range(8))
    assert names == []


def test_among_greenlets_psycopg_goes_its_own_way(engines, monkeypatch):
    """Who waits in libpq would stop them all."""
    monkeypatch.setitem(sys.modules, "gevent.monkey", ModuleType("gevent.monkey"))
    with engines.read.connect() as connection:
        answer = NUMBER.first(connection, number=6)

        assert answer[1] == 6
        assert ours(connection) == []


def test_threads_that_share_a_connection_get_each_its_own_answer(engines):
    with engines.read.connect() as connection:
        many = together(6, lambda own: {NUMBER.first(connection, number=own)[1] for _ in range(50)})

    assert many == [{number} for number in range(6)]


def test_what_is_prepared_outlives_a_refusal(engines):
    with engines.read.connect() as connection:
        NUMBER.first(connection, number=1)
        for _ in range(3):
            with pytest.raises(DataError):
                A_NUMBER.all(connection, text="no number")
        NUMBER.first(connection, number=2)

        assert len(ours(connection)) == 2


def test_a_refusal_in_a_change_is_sqlalchemys_error_and_hides_the_values(engines):
    """It can't be asked again: PostgreSQL answers nothing more in a transaction that failed."""
    session = OwnStore(engines).open_session(lambda _committed: None)
    with pytest.raises(DataError) as refused:
        A_NUMBER.all(session, text="no number")
    session.close()

    assert "[parameters" not in str(refused.value)
    assert "CAST" in str(refused.value)


def test_a_refusal_in_a_change_stays_what_it_was_whoever_listens(engines):
    event.listen(engines.write, "handle_error", lambda _fault: None)
    session = OwnStore(engines).open_session(lambda _committed: None)
    with pytest.raises(DataError):
        A_NUMBER.all(session, text="no number")
    session.close()


def test_a_refusal_in_a_savepoint_leaves_the_change_open(engines):
    session = OwnStore(engines).open_session(lambda _committed: None)
    with pytest.raises(DataError), session.begin_nested():
        A_NUMBER.all(session, text="no number")
    answer = NUMBER.first(session, number=4)
    session.close()

    assert answer[1] == 4
