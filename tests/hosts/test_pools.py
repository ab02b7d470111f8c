"""A host's pool may be smaller than its threads are many: nothing is kept, and nobody waits for a second connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.orm import scoped_session, sessionmaker

from tests.hosts.orders import Db
from tests.support.together import together
from watchword import User, Watchword, current_user, login_required, scope, upgrade_database
from watchword.core.limits import Rate
from watchword.testing import PASSWORD, cheap_hasher, csrf_token, login_as, make_user, submit
from watchword.web.setup import setup_of

WRONG = "not the right one at all"
BOTH = pytest.mark.parametrize("given", ["db", "engine"])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request):
    places = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_databases")
    with places.fresh() as url:
        yield url


@pytest.fixture
def engine(url):
    """One connection for all: who holds it and wants a second finds none, without waiting for somebody else."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=5)
    yield engine
    engine.dispose()


@pytest.fixture
def app(given, engine, tmp_path, clock, mailbox):
    """A host that looks in its own session before each request, where it gives that."""
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(TESTING=True)
    db = Db(engine, scoped_session(sessionmaker(engine)))
    place = {"db": db} if given == "db" else {"engine": engine}
    Watchword(app, **place, clock=clock, carrier=mailbox, hasher=cheap_hasher())
    upgrade_database(app)
    app.extensions["host's db"] = db
    app.get("/me")(login_required(lambda: current_user.username))
    app.teardown_appcontext(lambda _error: db.session.remove())
    if given == "db":
        app.before_request(lambda: db.session.execute(text("SELECT 1")).close())
    return app


@pytest.fixture
def anna(app):
    return make_user(app, "anna")


@BOTH
def test_a_sign_in_right_or_wrong_wants_one_connection_at_a_time(app, anna):
    answers = [submit(app.test_client(), "/login", identifier="anna", password=each) for each in (WRONG, PASSWORD)]

    assert [answer.status_code for answer in answers] == [422, 303]


@BOTH
def test_last_seen_is_written_through_the_one_connection(app, anna, clock, caplog):
    browser = app.test_client()
    login_as(browser, anna)
    clock.pass_(minutes=2)

    assert browser.get("/me").text == "anna"
    assert "not written" not in caplog.text


@BOTH
def test_a_sign_in_by_many_at_once_waits_for_its_turn(app, anna):
    browsers = [app.test_client() for _ in range(4)]
    forms = [
        {"csrf_token": csrf_token(each, "/login"), "identifier": "anna", "password": PASSWORD} for each in browsers
    ]

    answers = together(4, lambda number: browsers[number].post("/login", data=forms[number]).status_code)

    assert answers == [303] * 4


@BOTH
def test_threads_that_live_on_after_their_request_hold_nothing(app, engine, anna):
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        login_as(browser, anna)
    done = Barrier(4)

    def page(number):
        text_of_page = browsers[number].get("/me").text
        done.wait(30)
        done.wait(30)
        return text_of_page

    with ThreadPoolExecutor(3) as threads:
        pages = [threads.submit(page, number) for number in range(3)]
        done.wait(30)
        held = engine.pool.checkedout()
        done.wait(30)

    assert held == 0
    assert [each.result() for each in pages] == ["anna"] * 3


@BOTH
def test_a_look_a_count_a_change_and_a_record_take_turns(app, given, anna):
    browser = app.test_client()
    login_as(browser, anna)

    @app.get("/all")
    def everything():
        rate = Rate.of("mine:x", "5/minute")
        guess = scope().limits.reserve(rate)
        look(app, given)
        guess.wrong()
        look(app, given)
        scope().db.execute(text("UPDATE auth_user SET username = 'berta'"))
        assert current_user.record().username == "berta"
        scope().undo()
        look(app, given)
        return str(setup_of(app).tools.limits.find(rate.key).used)

    assert browser.get("/all").text == "1"


def look(app, given):
    """As a host's policy does, in its session or in ours."""
    place = app.extensions["host's db"].session if given == "db" else scope().read
    assert place.scalar(select(User.username)) == "anna"


@pytest.mark.parametrize("given", ["db"])
def test_last_seen_that_finds_no_connection_is_a_line_in_the_log(app, engine, anna, clock, caplog):
    """The host's own block keeps the one that there is."""
    engine.pool._timeout = 0
    browser = app.test_client()
    login_as(browser, anna)
    clock.pass_(minutes=2)

    @app.get("/in-a-block")
    def in_a_block():
        db = app.extensions["host's db"]
        db.session.rollback()
        with db.session.begin():
            return current_user.username

    assert browser.get("/in-a-block").text == "anna"
    assert "last use of a session not written" in caplog.text


@pytest.mark.parametrize("given", ["db"])
def test_what_a_host_loaded_before_we_counted_stays_loaded(app, anna):
    db = app.extensions["host's db"]
    with app.app_context():
        user = db.session.get(User, anna)
        scope().take(Rate.of("mine:x", "5/minute"))
        scope().read.scalar(select(User.id))

        assert inspect(user).expired_attributes == set()
        db.session.commit()
        assert "username" in inspect(user).expired_attributes


@pytest.mark.parametrize("given", ["db"])
def test_a_block_that_a_host_began_itself_stays_open(app, engine, anna, clock):
    """What was looked at in it is not let go, so this needs a second connection."""
    db = app.extensions["host's db"]
    engine.pool._max_overflow = 1
    with app.app_context():
        with db.session.begin():
            db.session.execute(select(User)).all()
            scope().take(Rate.of("mine:x", "5/minute"))
            db.session.execute(text("UPDATE auth_user SET username = 'berta'"))
        assert db.session.scalar(select(User.username)) == "berta"
