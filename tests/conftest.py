"""What our tests share: the same app on SQLite and on PostgreSQL, with a clock to turn and a mailbox to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from tests.support import doomed, postgres
from tests.support import redis_server as redis_support
from tests.support.databases import PostgresDatabases, SqliteFiles
from tests.support.redis_server import RedisServer
from watchword.app import create_app
from watchword.core.scope import Caller, Scope
from watchword.testing import FakeClock, Mailbox, cheap_hasher, login_as, make_user
from watchword.web.setup import setup_of

# A machine under load is slow, and that is no failure. CI judges a change by the same examples each time; a new
# failing example is for whoever runs the tests at home to find.
settings.register_profile("ours", deadline=None, derandomize=os.environ.get("CI", "").lower() == "true")
settings.load_profile("ours")

SECRET = "vK7nQ2wX9tB4mZ8cR5yH1jL6pD3sF0gA-eUoTiN"


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this pytest-xdist worker, or "main"."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.PostgresServer]:
    with postgres.running(tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: postgres.PostgresServer, worker_name: str) -> PostgresDatabases:
    return PostgresDatabases(postgres_server, worker_name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with redis_support.running() as server:
        yield server


@pytest.fixture
def doomed_postgres() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL of this test's own, with a migrated database `doomed`, to be killed."""
    with doomed.postgres() as server:
        yield server


@pytest.fixture
def doomed_redis() -> Iterator[RedisServer]:
    """A Redis of this test's own, to be killed."""
    with doomed.redis() as server:
        yield server


@pytest.fixture
def limits_url(request: pytest.FixtureRequest) -> str:
    """Where limits are counted: in the database, unless the test is marked with `WHEREVER_COUNTED`."""
    if getattr(request, "param", "database") == "database":
        return ""
    server: RedisServer = request.getfixturevalue("redis_server")
    server.flush()
    return server.url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database; each test that asks for it runs on both kinds."""
    kind = "sqlite_files" if request.param == "sqlite" else "postgres_databases"
    with request.getfixturevalue(kind).fresh() as url:
        yield url


@pytest.fixture
def make_app(
    database_url: str, limits_url: str, clock: FakeClock, mailbox: Mailbox, tmp_path: Any
) -> Iterator[Callable[..., Flask]]:
    """`make_app(WATCHWORD_…=…)`: the ready-to-run app on this test's database."""
    made: list[Flask] = []

    def make(**config: Any) -> Flask:
        settings = {
            "TESTING": True,
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "WATCHWORD_LIMITS_URL": limits_url,
            "WATCHWORD_ENV": "development",
            "WATCHWORD_PUBLIC_URL": "http://localhost",
            "WATCHWORD_INSTANCE": str(tmp_path / "instance"),
            "clock": clock,
            "carrier": mailbox,
            "hasher": None if config.get("WATCHWORD_ENV") == "production" else cheap_hasher(),
            **config,
        }
        made.append(create_app(**settings))
        return made[-1]

    yield make
    for app in made:
        setup_of(app).tools.store.dispose()
        setup_of(app).tools.limits.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def new_scope(app: Flask) -> Iterator[Callable[..., Scope]]:
    """`new_scope(ip="192.0.2.1")`: a scope of its own, as another request would have."""
    opened: list[Scope] = []

    def make(**caller: Any) -> Scope:
        opened.append(Scope(setup_of(app).tools, Caller(**{"ip": "192.0.2.1", **caller})))
        return opened[-1]

    with app.app_context():
        yield make
    for scope in opened:
        scope.close()


@pytest.fixture
def scope(new_scope: Callable[..., Scope]) -> Scope:
    return new_scope()


@pytest.fixture
def anna(app: Flask) -> int:
    return make_user(app, "anna")


@pytest.fixture
def signed_in(client: FlaskClient, anna: int) -> FlaskClient:
    """A browser in which anna is signed in."""
    login_as(client, anna)
    return client


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The fast tier leaves out what takes minutes; `--full`, CI and whoever names files run everything."""
    if os.environ.get("WATCHWORD_TEST_TIER") != "fast" or config.option.markexpr:
        return
    for item in items:
        if "slow" in item.keywords or "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="runs with --full"))
