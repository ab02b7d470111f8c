"""In a host's session: together or not at all, counted whatever becomes of it, and nothing left open."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import ForeignKey, create_engine, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, scoped_session, sessionmaker
from sqlalchemy.pool import StaticPool

from tests.support.rows import statements
from watchword import User, Watchword, current_user, scope, upgrade_database
from watchword.core.config import ConfigError
from watchword.core.limits import Rate
from watchword.core.limits_database import LimitRow
from watchword.features.audit.models import AuditRow
from watchword.testing import PASSWORD, cheap_hasher, login_as, make_user, submit
from watchword.web.setup import setup_of
from watchword.web.signals import event_happened


class HostBase(DeclarativeBase):
    pass


class Order(HostBase):
    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    user: Mapped[User] = relationship(User)


@dataclass
class Db:
    """The least a host gives: what both extensions have in common."""

    engine: object
    session: scoped_session


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


def order(anna, what="tea"):
    return Order(what=what, user_id=anna)


def count_of(db, model):
    with Session(db.engine) as session:
        return len(session.execute(select(model.__table__)).all())


def test_host_and_login_rows_commit_together(app, db, anna, in_app):
    db.session.add(order(anna))
    scope().emit(_event(anna))
    assert count_of_uncommitted(db) == 0
    scope().commit()

    assert count_of(db, Order) == 1
    assert count_of(db, AuditRow) >= 1


def count_of_uncommitted(db):
    """What another connection sees; a single shared one sees everything, so there is nothing to ask."""
    return 0 if isinstance(db.engine.pool, StaticPool) else count_of(db, Order)


def _event(user_id):
    from watchword.features.accounts.events import PasswordChanged

    return PasswordChanged(user_id=user_id)


def test_host_and_login_rows_roll_back_together(app, db, anna, in_app):
    before = count_of(db, AuditRow)
    db.session.add(order(anna))
    scope().emit(_event(anna))
    db.session.rollback()

    assert (count_of(db, Order), count_of(db, AuditRow)) == (0, before)


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_signal_tells_only_what_the_host_really_committed(app, db, anna, ending):
    heard = []
    with app.app_context(), event_happened.connected_to(lambda _app, event: heard.append(event.name), app):
        scope().emit(_event(anna))
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
        scope().emit(_event(anna))
        db.session.commit()

    assert found == ["anna"]


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


def test_a_host_that_begins_immediately_does_not_lock_itself_out(app, db, anna, in_app):
    from sqlalchemy import event

    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite takes a lock of the whole database")
    event.listen(db.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    db.session.scalars(select(User)).all()

    scope().limits.take(Rate.of("x", "5/minute"))

    assert count_of(db, LimitRow) == 1


def test_reading_leaves_no_transaction_that_was_not_there(app, db, anna):
    browser = app.test_client()
    login_as(browser, anna)

    @app.get("/order")
    def make_an_order():
        user_id = current_user.id
        with db.session.begin():  # an error if somebody began before
            db.session.add(order(user_id))
        return "made"

    assert browser.get("/order").text == "made"
    assert count_of(db, Order) == 1


def test_asking_who_it_is_flushes_nothing_half_made(app, db, anna):
    browser = app.test_client()
    login_as(browser, anna)

    @app.get("/order")
    def make_an_order():
        half = Order(what="tea")
        db.session.add(half)
        half.user_id = current_user.id
        db.session.commit()
        return "made"

    assert browser.get("/order").text == "made"


def test_what_the_host_loaded_stays_loaded(app, db, anna):
    browser = app.test_client()
    login_as(browser, anna)

    @app.get("/held")
    def held():
        session = db.session()
        session.expire_on_commit = False
        user = session.get(User, anna)
        session.commit()
        with statements(db.engine) as seen:
            assert current_user.id == user.id
            assert user.username == "anna"
        return str(len(seen))

    assert browser.get("/held").text == "1"


def test_a_signed_in_request_is_one_statement(app, db, anna):
    app.get("/me")(lambda: current_user.username)
    browser = app.test_client()
    login_as(browser, anna)

    with statements(db.engine) as seen:
        assert browser.get("/me").text == "anna"

    assert [one.verb for one in seen] == ["SELECT"]


def test_last_seen_is_written_beside_an_open_write_too(app, db, anna, clock):
    app.get("/me")(lambda: current_user.username)

    @app.get("/busy")
    def busy():
        db.session.add(order(anna))
        db.session.flush()
        name = current_user.username
        db.session.commit()
        return name

    browser = app.test_client()
    login_as(browser, anna)
    for _ in range(4):  # longer than a session may rest
        clock.pass_(minutes=20)
        assert browser.get("/busy").text == "anna"


def test_the_record_belongs_to_the_hosts_session(app, db, anna):
    browser = app.test_client()
    login_as(browser, anna)

    @app.get("/mine")
    def mine():
        made = Order(what="tea", user=current_user.record())
        db.session.add(made)
        db.session.commit()
        return made.user.username

    assert browser.get("/mine").text == "anna"


def test_a_visitor_has_no_record(app):
    app.get("/mine")(lambda: str(current_user.record()))

    assert app.test_client().get("/mine").text == "None"


def test_the_whole_walk(app, db, deliver, mailbox):
    browser = app.test_client()
    submit(browser, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()
    browser.get(mailbox.link())
    submit(browser, "/confirm-email")
    assert submit(browser, "/login", identifier="berta", password="not the right one").status_code == 422
    assert submit(browser, "/login", identifier="berta", password=PASSWORD).status_code == 303

    assert browser.get("/account").status_code == 200
    assert count_of(db, LimitRow) > 0


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
        assert setup_of(second).tools.store.counting is db.engine
        assert make_user(second, "berta")
