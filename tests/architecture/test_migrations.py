"""One line of history that ends exactly at the models (the house, §7), on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from watchword import migrations
from watchword.core.db import Engines, make_engines
from watchword.tables import metadata

MakeEngine = Callable[[], Engine]
_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
        "UNION SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    ),
}
_numbers = count()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def make_engine(request, tmp_path, worker_name) -> Iterator[MakeEngine]:
    """`make_engine()`: a database that holds nothing."""
    made: list[Engines] = []
    names: list[str] = []
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None

    def make() -> Engine:
        names.append(f"empty_{worker_name}_{next(_numbers)}")
        if server is not None:
            server.create(names[-1])
        made.append(make_engines(server.url(names[-1]) if server else f"sqlite:///{tmp_path / names[-1]}.db"))
        return made[-1].write

    yield make
    for engines in made:
        engines.dispose()
    for name in names if server is not None else ():
        server.drop(name)


@pytest.fixture
def upgraded(make_engine: MakeEngine) -> Engine:
    engine = make_engine()
    migrations.upgrade(engine)
    return engine


def _history() -> ScriptDirectory:
    return ScriptDirectory(str(migrations.FOLDER))


def _go_back(engine: Engine, revision: str) -> None:
    with engine.connect() as connection, connection.begin():
        downgrade(migrations._config(connection), revision)


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def _triggers(engine: Engine) -> dict[str, str]:
    """By name, with what they do; spaces don't count."""
    with engine.connect() as connection:
        rows = connection.execute(text(_TRIGGERS[engine.dialect.name])).all()
    return {name: " ".join(does.split()) for name, does in rows}


def _shape(engine: Engine) -> dict[str, object]:
    """Columns, keys, unique constraints and indexes of every table but Alembic's own."""
    seen = inspect(engine)
    return {
        table: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)),
            "primary key": seen.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (k["constrained_columns"], k["referred_table"], sorted(k["options"].items()))
                for k in seen.get_foreign_keys(table)
            ),
            "unique": sorted(u["column_names"] for u in seen.get_unique_constraints(table)),
            "indexes": sorted((i["name"], i["column_names"], bool(i["unique"])) for i in seen.get_indexes(table)),
        }
        for table in _tables(engine) - {migrations.TABLE}
    }


def test_the_history_is_one_line_and_head_is_its_end():
    history = _history()

    assert history.get_bases() == ["0001"]
    assert history.get_heads() == [migrations.HEAD]


def test_every_revision_goes_up_and_down_and_is_called_by_its_number():
    for revision in _history().walk_revisions():
        assert callable(revision.module.upgrade), revision
        assert callable(revision.module.downgrade), revision
        assert revision.path.rpartition("/")[2].startswith(f"{revision.revision}_"), revision.path
        assert revision.doc, f"{revision.path} says nothing"


def test_the_migrated_tables_are_those_of_the_models(upgraded):
    with upgraded.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    found = [each for each in found if migrations.TABLE not in str(each)]
    assert not found, "\n".join(map(str, found))


def test_migrations_and_create_all_make_the_same(upgraded, make_engine):
    created = make_engine()
    metadata.create_all(created)

    assert _shape(upgraded) == _shape(created)
    assert _triggers(upgraded) == _triggers(created)
    assert _triggers(upgraded), "the audit log is guarded by the database"


def test_an_empty_database_goes_up_down_and_up_again(upgraded):
    _go_back(upgraded, "base")
    left = _tables(upgraded) - {migrations.TABLE}, _triggers(upgraded), migrations.current(upgraded)
    migrations.upgrade(upgraded)

    assert left == (set(), {}, None)
    assert migrations.current(upgraded) == migrations.HEAD
    assert _tables(upgraded) == {*metadata.tables, migrations.TABLE}


def test_each_step_goes_up_down_and_up_again(make_engine):
    engine = make_engine()

    for revision in [each.revision for each in _history().walk_revisions()][::-1]:
        migrations.upgrade(engine, revision)
        before = _shape(engine)
        _go_back(engine, "-1")
        migrations.upgrade(engine, revision)
        assert _shape(engine) == before, revision

    assert migrations.current(engine) == migrations.HEAD


def test_an_upgraded_database_is_left_as_it_is(upgraded):
    before = _shape(upgraded)

    migrations.upgrade(upgraded)
    migrations.upgrade(upgraded, migrations.HEAD)

    assert _shape(upgraded) == before


def test_only_our_own_tables_are_made(upgraded):
    assert all(name.startswith("auth_") for name in _tables(upgraded))
