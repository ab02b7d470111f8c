from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres, postgres_place
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres.running() as running:
        yield running


def ask(server: PostgresServer, name: str, statement: str) -> list[tuple[object, ...]]:
    address = server.url(name).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []


def test_a_clone_has_the_rows_of_its_template_and_none_of_its_siblings(server: PostgresServer) -> None:
    server.create("mould")
    ask(server, "mould", "CREATE TABLE things AS SELECT 1 AS id")
    server.create("one", template="mould")
    server.create("two", template="mould")

    ask(server, "one", "INSERT INTO things VALUES (2)")

    assert ask(server, "one", "SELECT count(*) FROM things") == [(2,)]
    assert ask(server, "two", "SELECT count(*) FROM things") == [(1,)]


def test_a_dropped_database_is_gone_even_with_somebody_connected(server: PostgresServer) -> None:
    server.create("short_lived")
    with psycopg.connect(server.url("short_lived").replace("+psycopg", "")):
        server.drop("short_lived")

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        ask(server, "short_lived", "SELECT 1")


def test_it_does_not_run_as_root(server: PostgresServer) -> None:
    lock_file = server.folder / "data" / "postmaster.pid"

    assert lock_file.stat().st_uid != 0


def test_after_a_power_cut_it_comes_back_at_the_same_place_with_its_rows(server: PostgresServer) -> None:
    server.create("lasting")
    ask(server, "lasting", "CREATE TABLE things AS SELECT 7 AS id")
    before = server.url("lasting")

    server.kill()
    with pytest.raises(psycopg.OperationalError):
        ask(server, "lasting", "SELECT 1")
    server.restart()

    assert server.url("lasting") == before
    assert ask(server, "lasting", "SELECT id FROM things") == [(7,)]


def test_it_ends_with_us_even_when_we_are_killed() -> None:
    program = (
        "from tests.support.postgres import PostgresServer\n"
        "server = PostgresServer.start()\n"
        "print(server.folder, server._process.pid, flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as ours:
        assert ours.stdout is not None
        folder, _pid = ours.stdout.readline().split()
        ours.send_signal(signal.SIGKILL)

    until = time.monotonic() + 20
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(folder).exists()


def test_without_programs_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres_place, "_PATTERNS", ())
    monkeypatch.delenv("WATCHWORD_TEST_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="sudo apt install postgresql"), postgres.running():
        pass


def test_without_programs_a_full_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres_place, "_PATTERNS", ())
    monkeypatch.setenv("WATCHWORD_TEST_REQUIRE", "1")

    with pytest.raises(pytest.fail.Exception, match="sudo apt install postgresql"), postgres.running():
        pass
