"""What a host's views see of us: one statement, nothing left open, nothing flushed, the record in their session."""

from __future__ import annotations

from flask import Request, request
from werkzeug.datastructures import ImmutableMultiDict

from tests.hosts.orders import Order, count_of, order
from tests.support.rows import statements
from watchword import User, current_user
from watchword.core.limits_rows import LimitRow
from watchword.testing import PASSWORD, csrf_token, login_as, submit


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


def test_of_a_proxy_that_is_not_trusted_we_tell_once_no_write_of_the_host_is_open(app, db, anna, caplog):
    def write():
        if request.path == "/logout" and request.method == "POST":
            db.session.add(order(anna))

    app.before_request(write)
    browser = app.test_client()
    login_as(browser, anna)
    token = csrf_token(browser, "/logout")

    assert proxied(browser, "/logout", csrf_token=token) == 303
    assert "WATCHWORD_TRUSTED_PROXIES" not in caplog.text

    assert proxied(browser, "/login", csrf_token=csrf_token(browser, "/login")) == 422
    assert "WATCHWORD_TRUSTED_PROXIES" in caplog.text


def proxied(browser, path, **form):
    return browser.post(path, data=form, headers={"X-Forwarded-For": "203.0.113.9"}).status_code


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


def test_a_hosts_own_request_class_says_what_its_cookies_are(app):
    class FromElsewhere(Request):
        @property
        def cookies(self):
            return ImmutableMultiDict({"colour": "blue"})

    app.request_class = FromElsewhere
    app.add_url_rule("/colour", view_func=lambda: request.cookies["colour"])

    assert app.test_client().get("/colour", headers={"Cookie": "colour=red"}).text == "blue"
