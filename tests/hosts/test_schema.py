"""A host's engine that says in which schema all tables are, ours too (SQLAlchemy's `schema_translate_map`)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session, sessionmaker

from tests.hosts.orders import Db
from watchword import Watchword, scope
from watchword.features.accounts import service as accounts
from watchword.features.login.guessing import is_right
from watchword.testing import PASSWORD, cheap_hasher, login_as, make_user

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(postgres_databases):
    """Our tables are there twice, and only those in the schema `tenant` are this host's."""
    with postgres_databases.fresh() as url:
        plain = create_engine(url)
        with plain.begin() as connection:
            connection.execute(text("CREATE SCHEMA tenant"))
            names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            for name in names.scalars().all():
                connection.execute(text(f'CREATE TABLE tenant."{name}" (LIKE public."{name}" INCLUDING ALL)'))
        engine = create_engine(url, execution_options={"schema_translate_map": {None: "tenant"}})
        yield engine
        engine.dispose()
        with plain.begin() as connection:
            connection.execute(text("DROP SCHEMA tenant CASCADE"))
        plain.dispose()


@pytest.fixture(params=["session", "engine"])
def app(request, engine, tmp_path, clock, mailbox):
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True)
    db = Db(engine, scoped_session(sessionmaker(engine)))
    given = {"db": db} if request.param == "session" else {"engine": engine}
    Watchword(app, **given, clock=clock, carrier=mailbox, hasher=cheap_hasher())
    app.teardown_appcontext(lambda _error: db.session.remove())
    return app


@pytest.mark.parametrize("password", [PASSWORD, "another one"])
def test_guesses_are_counted_where_the_host_says_that_our_tables_are(app, password):
    anna = make_user(app, "anna")
    with app.app_context():
        person = accounts.get(scope(), anna)
        right = is_right(scope(), person, password, typed="anna", why="wrong_password")
        scope().settle()
        counts = scope().limits.counts()

    assert right == (password == PASSWORD)
    assert {count.pending for count in counts} == {0}
    assert {count.used for count in counts} == {0 if right else 1}


def test_who_is_signed_in_is_found_where_the_host_says_that_our_tables_are(app):
    browser = app.test_client()
    login_as(browser, make_user(app, "anna"))

    assert browser.get("/account").status_code == 200
