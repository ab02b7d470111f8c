from __future__ import annotations

import logging
import re

import pytest
from flask import abort
from sqlalchemy.exc import IntegrityError, OperationalError

STATUSES = [400, 403, 404, 405, 413, 415, 422, 429, 500, 503]
ANNA = "anna@example.com"


def add_inserts(app):
    """Pages on which a statement fails: alone, before another failure, among others."""

    def insert():
        told = Exception(f"duplicate key\nDETAIL: Key (email)=({ANNA}) already exists.")
        raise IntegrityError("INSERT INTO orders VALUES (%(email)s)", {"email": ANNA}, told)

    @app.route("/insert")
    def insert_page():
        insert()

    @app.route("/insert-in-vain")
    def insert_in_vain():
        try:
            insert()
        finally:
            raise RuntimeError("and then this")

    @app.route("/insert-among-others")
    def insert_among_others():
        failed = []
        try:
            insert()
        except IntegrityError as error:
            failed.append(error)
        raise ExceptionGroup("of several tasks", failed)


@pytest.fixture
def client(make_app):
    app = make_app(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    @app.route("/fail/<int:status>")
    def fail(status):
        abort(status, "words of a library: Werkzeug/3.1 said <b>so</b>")

    @app.route("/broken")
    def broken():
        raise RuntimeError("the password is hunter2")

    @app.route("/gone")
    def gone():
        raise OperationalError("SELECT password_hash FROM auth_user", {"id": "anna"}, Exception("connection refused"))

    add_inserts(app)
    return app.test_client()


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_is_a_themed_page_with_a_way_on_and_a_number_to_tell(client, status):
    answer = client.get(f"/fail/{status}")

    assert answer.status_code == status
    assert "<h1" in answer.text
    assert 'href="/"' in answer.text
    assert re.search(r">[0-9a-f]{16}<", answer.text)
    assert "Werkzeug" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_for_a_program_is_a_problem_with_a_code(client, status):
    answer = client.get(f"/fail/{status}", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert re.fullmatch(r"[a-z_]+", answer.json["code"])
    assert answer.json["title"]
    assert "Werkzeug" not in answer.text


def test_a_fault_tells_the_visitor_nothing_and_the_log_the_number(client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")

    number = re.search(r">([0-9a-f]{16})<", answer.text).group(1)
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert number in caplog.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/insert", "IntegrityError"),
        ("/insert-in-vain", "RuntimeError"),
        ("/insert-among-others", "ExceptionGroup"),
    ],
)
def test_the_log_of_a_fault_repeats_no_value_of_a_statement_and_says_where_it_happened(client, caplog, path, kind):
    """A host's engine puts the values in the message, and so does PostgreSQL."""
    with caplog.at_level(logging.ERROR):
        assert client.get(path).status_code == 500

    assert kind in caplog.text
    assert "in insert_" in caplog.text
    assert ANNA not in caplog.text


def test_a_dead_database_is_a_503_without_a_word_of_sql(client, caplog):
    answer = client.get("/gone")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "auth_user" not in answer.text
    assert "password_hash" not in caplog.text


@pytest.mark.parametrize("path", ["/console", "/?__debugger__=yes&cmd=resource&f=style.css"])
def test_there_is_no_debugger(client, path):
    answer = client.get(path)

    assert "debugger" not in answer.text.lower()
