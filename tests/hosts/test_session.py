"""In a host's session: together or not at all, and counted whatever becomes of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

from tests.hosts.orders import Order, count_of, order
from watchword import User, Watchword, scope
from watchword.core.config import ConfigError
from watchword.core.limits import Rate
from watchword.core.limits_rows import LimitRow
from watchword.features.accounts.events import PasswordChanged
from watchword.features.audit.models import AuditRow
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.testing import login_as, make_user
from watchword.web.setup import setup_of
from watchword.web.signals import event_happened

OWNER = "anna@example.com"


def test_host_and_login_rows_commit_together(app, db, anna, in_app):
    db.session.add(order(anna))
    scope().emit(password_changed(anna))
    assert count_of_uncommitted(db) == 0
    scope().commit()

    assert count_of(db, Order) == 1
    assert count_of(db, AuditRow) >= 1


def count_of_uncommitted(db):
    """What another connection sees; a single shared one sees everything, so there is nothing to ask."""
    return 0 if isinstance(db.engine.pool, StaticPool) else count_of(db, Order)


def password_changed(user_id):
    return PasswordChanged(user_id=user_id)


def test_host_and_login_rows_roll_back_together(app, db, anna, in_app):
    before = count_of(db, AuditRow)
    db.session.add(order(anna))
    scope().emit(password_changed(anna))
    db.session.rollback()

    assert (count_of(db, Order), count_of(db, AuditRow)) == (0, before)


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_signal_tells_only_what_the_host_really_committed(app, db, anna, ending):
    heard = []
    with app.app_context(), event_happened.connected_to(lambda _app, event: heard.append(event.name), app):
        scope().emit(password_changed(anna))
        with db.session.begin_nested():
            db.session.add(order(anna))
        assert heard == []
        getattr(db.session, ending)()

    assert heard == (["accounts.password_changed"] if ending == "commit" else [])


def test_a_receiver_may_use_the_session(app, db, anna):
    found = []

    def hear(_app, event):
        found.append(db.session.scalar(select(User.username).where(User.id == event.user_id)))

    with app.app_context(), event_happened.connected_to(hear, app):
        scope().emit(password_changed(anna))
        db.session.commit()

    assert found == ["anna"]


def test_a_receiver_that_fails_stops_nothing_and_the_log_repeats_no_value_of_its_statement(app, db, anna, caplog):
    def hear(_app, event):
        raise IntegrityError("INSERT INTO orders VALUES (:email)", {"email": OWNER}, Exception(event.name))

    with app.app_context(), event_happened.connected_to(hear, app):
        scope().emit(password_changed(anna))
        db.session.add(order(anna))
        db.session.commit()
        assert count_of(db, Order) == 1

    assert "a receiver of accounts.password_changed failed: IntegrityError" in caplog.text
    assert OWNER not in caplog.text


def test_what_the_host_has_pending_stays_when_the_session_behind_a_change_of_ours_is_over(app, db, anna, in_app):
    secret = login_as(app.test_client(), anna)
    user = sessions.visitor(scope(), secret)
    sessions.end_all(scope(), anna, reason="test")
    scope().commit()
    before = count_of(db, AuditRow)
    db.session.add(order(anna))
    sessions.act_for(scope(), user)

    with pytest.raises(NotSignedIn):
        scope().emit(password_changed(anna))
    db.session.commit()

    assert (count_of(db, Order), count_of(db, AuditRow)) == (1, before)


def test_a_rollback_of_the_host_never_erases_a_counted_failure(app, db, anna, in_app):
    guess = scope().limits.reserve(Rate.of("login:ip:192.0.2.1", "5/minute"))
    guess.wrong()
    db.session.add(order(anna))
    db.session.flush()
    db.session.rollback()

    assert count_of(db, LimitRow) == 1


WRITES = {
    "added": lambda session, anna: session.add(order(anna)),
    "flushed": lambda session, anna: (session.add(order(anna)), session.flush()),
    "executed": lambda session, anna: session.execute(insert(Order).values(what="tea", user_id=anna)),
    "text": lambda session, anna: session.execute(
        text("INSERT INTO \"order\" (what, user_id) VALUES ('tea', :user)"), {"user": anna}
    ),
    "on the connection": lambda session, _anna: session.connection().exec_driver_sql(
        "INSERT INTO \"order\" (what, user_id) SELECT 'tea', id FROM auth_user"
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_counting_and_hashing_inside_an_open_write_is_a_mistake(app, db, anna, in_app, write):
    WRITES[write](db.session, anna)

    with pytest.raises(ValueError, match="while a write is open"):
        scope().limits.take(Rate.of("x", "5/minute"))
    with pytest.raises(ValueError, match="while a write is open"):
        scope().hasher.hash("quiet lantern over copper river")

    db.session.commit()
    scope().limits.take(Rate.of("x", "5/minute"))
    assert (count_of(db, Order), count_of(db, LimitRow)) == (1, 1)


def test_looking_is_no_write_and_does_not_stand_in_the_way(app, db, anna, in_app):
    db.session.scalars(select(User)).all()

    scope().limits.take(Rate.of("x", "5/minute"))

    assert count_of(db, LimitRow) == 1


LOOKS = (
    "WITH one AS (SELECT 1 AS it) SELECT it FROM one",
    "/* GET /login */ SELECT 1",
    "-- who asks?\n  (SELECT 1)",
    "/* an INSERT's neighbour */ -- and\nVALUES (1)",
)


@pytest.mark.parametrize("sql", LOOKS)
def test_a_look_in_a_hosts_own_words_is_no_write(app, db, in_app, sql):
    db.session.execute(text(sql if db.engine.dialect.name == "postgresql" else sql.replace("(SELECT 1)", "SELECT 1")))

    scope().limits.take(Rate.of("x", "5/minute"))

    assert count_of(db, LimitRow) == 1


@pytest.mark.parametrize("before", ["", "/* SELECT */ ", "-- SELECT 1\n", "WITH one AS (SELECT 1 AS it) "])
def test_a_change_in_a_hosts_own_words_is_a_write_whatever_stands_before_it(app, db, anna, in_app, before):
    db.session.execute(text(f"{before}INSERT INTO \"order\" (what, user_id) SELECT 'tea', {anna}"))

    assert scope().writing


def test_a_host_that_begins_immediately_does_not_lock_itself_out(app, db, anna, in_app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite takes a lock of the whole database")
    event.listen(db.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    db.session.scalars(select(User)).all()

    scope().limits.take(Rate.of("x", "5/minute"))

    assert count_of(db, LimitRow) == 1


def test_a_db_that_is_not_set_up_is_told_of_at_start(tmp_path):
    class Later:
        @property
        def engine(self):
            raise RuntimeError("init_app first")

    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True)

    with pytest.raises(ConfigError, match="no engine for this app yet"):
        Watchword(app, db=Later())


def test_two_stores_on_one_engine_are_no_trouble(app, db, tmp_path, anna):
    second = Flask("second", instance_path=str(tmp_path))
    second.config.update(TESTING=True)
    Watchword(second, db=db)

    with app.app_context():
        db.session.add(order(anna))
        db.session.flush()
        assert scope().writing
        db.session.rollback()
        assert not scope().writing
    with second.app_context():
        assert setup_of(second).tools.store.counting.pool is db.engine.pool
        assert make_user(second, "berta")
