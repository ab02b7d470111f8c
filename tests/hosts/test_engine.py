"""On a host's engine: its settings, its pool and its life stay its own."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.hosts.orders import Order, count_of, order
from tests.support.rows import statements
from watchword import Watchword, current_user, scope
from watchword.core.limits import Rate
from watchword.core.limits_rows import LimitRow
from watchword.features.accounts.models import User
from watchword.testing import cheap_hasher, login_as
from watchword.web.setup import setup_of


@pytest.fixture
def plain(app, db, tmp_path, clock):
    """`app` made the tables; this one is given the engine alone."""
    plain = Flask("plain", instance_path=str(tmp_path))
    plain.config.update(TESTING=True)
    Watchword(plain, engine=db.engine, clock=clock, hasher=cheap_hasher())
    return plain


def test_rows_added_to_our_session_commit_with_ours(plain, db, anna):
    with plain.app_context():
        scope().db.add(order(anna))
        assert scope().writing
        scope().commit()

    assert count_of(db, Order) == 1


def test_rows_added_to_our_session_roll_back_with_ours_and_counts_stay(plain, db, anna):
    with plain.app_context():
        scope().limits.take(Rate.of("x", "5/minute"))
        scope().db.add(order(anna))
        scope().db.flush()

    assert (count_of(db, Order), count_of(db, LimitRow)) == (0, 1)


def test_on_sqlite_our_session_takes_the_write_lock_at_once(plain, db):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    with plain.app_context(), statements(db.engine) as seen:
        assert scope().db.in_transaction()

    assert [one.sql for one in seen] == ["BEGIN IMMEDIATE"]


def test_a_signed_in_request_is_one_statement(plain, db, anna):
    plain.get("/me")(lambda: current_user.username)
    browser = plain.test_client()
    login_as(browser, anna)

    with statements(db.engine) as seen:
        assert browser.get("/me").text == "anna"

    assert [one.verb for one in seen] == ["SELECT"]


def test_the_record_is_read_and_detached(plain, anna):
    plain.get("/mine")(lambda: current_user.record().email)
    browser = plain.test_client()
    login_as(browser, anna)

    assert browser.get("/mine").text == "anna@example.com"


def test_the_engine_outlives_us(plain, db, anna):
    pool = db.engine.pool
    setup_of(plain).tools.store.dispose()

    assert db.engine.pool is pool
    with Session(db.engine) as session:
        session.add(order(anna))
        session.commit()
    assert count_of(db, Order) == 1


def test_disposed_of_we_keep_none_of_its_connections(plain, db, anna):
    out = []
    event.listen(db.engine, "checkout", lambda *_: out.append("out"))
    event.listen(db.engine, "checkin", lambda *_: out.pop())
    with plain.app_context():
        scope().read.scalar(select(User.id))
        assert out == ["out"]
        setup_of(plain).tools.store.dispose()

        assert out == []
