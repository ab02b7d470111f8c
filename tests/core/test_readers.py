"""Looking through one connection for each thread, and giving it up when the database went away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from sqlite3 import Connection, OperationalError, ProgrammingError
from threading import Barrier

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from watchword.core.readers import Readers


@pytest.fixture
def engine(tmp_path):
    made = create_engine(f"sqlite:///{tmp_path / 'looked_at.db'}", isolation_level="AUTOCOMMIT")
    yield made
    made.dispose()


@pytest.fixture
def readers(engine):
    return Readers(engine)


def looked(connection):
    return connection.exec_driver_sql("SELECT 1").scalar()


def test_a_thread_keeps_its_connection(readers):
    kept = readers.mine()

    assert readers.mine() is kept
    assert looked(kept) == 1


def test_threads_never_share_a_connection(readers):
    together = Barrier(3)

    def mine(_thread):
        together.wait()
        connection = readers.mine()
        assert looked(connection) == 1
        together.wait()
        return connection

    with ThreadPoolExecutor(3) as threads:
        connections = set(threads.map(mine, range(3)))

    assert len(connections | {readers.mine()}) == 4


def test_what_a_thread_holds_when_all_is_over_is_closed_by_it(readers, engine):
    """Given back to a pool that is gone, it would be dropped without a word to the server."""
    may_end, holds = Barrier(2), Barrier(2)
    seen = []

    def hold():
        seen.append(readers.mine().connection.driver_connection)
        holds.wait()
        may_end.wait()

    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(hold)
        holds.wait()
        readers.end()
        engine.dispose()
        may_end.wait()
        ended.result()

    with pytest.raises(ProgrammingError, match="closed"):
        seen[0].execute("SELECT 1")


@pytest.mark.parametrize("give_up", [Readers.forget, Readers.end])
def test_what_a_thread_looks_through_is_closed_by_it_alone(readers, give_up):
    """By another, in the middle of a look, it would end the process."""
    with ThreadPoolExecutor(1) as threads:
        here, there = readers.mine(), threads.submit(readers.mine).result()
        give_up(readers)

        assert (here.closed, there.closed) == (True, False)
        assert threads.submit(looked, there).result() == 1
        assert threads.submit(readers.mine).result() is not there
        assert there.closed


def test_a_thread_that_ends_gives_its_connection_back(readers, engine):
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: looked(readers.mine())).result()

    assert engine.pool.checkedout() == 0


class MayBeGone(Connection):
    """Of a server that may go away: whatever is said to it fails then."""

    is_gone = False

    def rollback(self):
        if self.is_gone:
            raise OperationalError("the database system is shutting down")
        super().rollback()


def test_a_thread_that_ends_after_its_database_did_says_nothing(tmp_path, monkeypatch):
    engine = create_engine(f"sqlite:///{tmp_path / 'gone.db'}", connect_args={"factory": MayBeGone})
    readers, complaints = Readers(engine), []
    monkeypatch.setattr("sys.unraisablehook", complaints.append)

    def hold():
        looked(readers.mine())
        readers.mine().connection.driver_connection.is_gone = True

    with ThreadPoolExecutor(1) as threads:
        threads.submit(hold).result()

    assert not complaints
    assert engine.pool.checkedout() == 0


def test_after_a_disconnect_every_thread_opens_a_new_one(readers):
    with ThreadPoolExecutor(1) as threads:
        here, there = readers.mine(), threads.submit(readers.mine).result()
        here.invalidate()

        assert readers.mine() is not here
        assert threads.submit(readers.mine).result() is not there
        assert looked(readers.mine()) == 1


def test_what_is_forgotten_goes_back_to_the_pool(readers, engine):
    kept = readers.mine()
    readers.forget()

    assert kept.closed
    assert readers.mine() is not kept
    assert engine.pool.checkedout() == 1


def test_one_database_in_memory_is_seen_by_all_threads():
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, isolation_level="AUTOCOMMIT"
    )
    readers = Readers(engine)
    readers.mine().exec_driver_sql("CREATE TABLE seen (id INTEGER)")

    with ThreadPoolExecutor(1) as threads:
        found = threads.submit(lambda: readers.mine().exec_driver_sql("SELECT count(*) FROM seen").scalar()).result()

    assert found == 0
    readers.forget()
    engine.dispose()
