"""create-user and create-admin."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cli.conftest import PRODUCTION, Run, run_in
from watchword.commands import people
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.models import User
from watchword.features.audit import service as audit
from watchword.testing import make_user, submit

PASSWORD = "seven quiet herons cross the delta"
TWICE = f"{PASSWORD}\n{PASSWORD}\n"


def test_a_created_user_signs_in_with_the_typed_password(run: Run, client: FlaskClient):
    run("create-user", "berta", "berta@example.com", typed=TWICE)

    answer = submit(client, "/login", identifier="berta@example.com", password=PASSWORD)

    assert answer.status_code == 303


def test_a_created_user_is_no_administrator(run: Run, scope: Scope):
    run("create-user", "berta", "berta@example.com", typed=TWICE)

    assert scope.read.scalar(select(User.is_admin)) is False


@pytest.mark.parametrize("command", [("create-admin",), ("create-user", "--admin")])
def test_an_administrator_is_one_by_either_command(run: Run, scope: Scope, command: tuple[str, ...]):
    result = run(*command, "berta", "berta@example.com", typed=TWICE)

    assert scope.read.scalar(select(User.is_admin)) is True
    assert "administrator berta <berta@example.com>" in result.stdout


def test_json_holds_the_public_id_and_nothing_else_is_on_standard_output(run: Run, scope: Scope):
    result = run("create-user", "berta", "berta@example.com", "--json", typed=TWICE)

    berta = accounts.find(scope, "berta")
    assert berta is not None
    assert json.loads(result.stdout) == {"public_id": berta.public_id}


def test_the_password_comes_through_a_pipe_with_its_blanks(run: Run, scope: Scope):
    password = "  seven quiet herons cross  "

    run("create-user", "berta", "berta@example.com", "--password-stdin", typed=f"{password}\r\nmore\n")

    assert accounts.verify(scope, accounts.find(scope, "berta"), password)


def test_the_audit_log_tells_who_was_added_and_how(run: Run, scope: Scope):
    run("create-admin", "berta", "berta@example.com", typed=TWICE)

    berta = accounts.find(scope, "berta")
    assert berta is not None
    [entry] = audit.recent_for(scope, berta.id, limit=5)
    assert (entry.name, entry.ip, entry.user_agent) == ("accounts.user_created", "", "watchword command")


@pytest.mark.parametrize(
    "typed",
    [TWICE, f"{PASSWORD}\nsomething else\n{TWICE}", f"short and 12\nshort and 12\n{TWICE}"],
    ids=["at once", "mistyped", "too short first"],
)
def test_no_typed_password_is_ever_shown(run: Run, typed: str):
    result = run("create-user", "berta", "berta@example.com", typed=typed)

    assert not [word for word in typed.split("\n") if word and word in result.output]


def test_a_password_that_breaks_the_rules_is_asked_for_again(run: Run):
    result = run("create-user", "berta", "berta@example.com", typed=f"short\nshort\n{TWICE}")

    assert "Use at least 15 characters" in result.stderr


def test_a_piped_password_that_breaks_the_rules_is_refused(run: Run, scope: Scope):
    result = run("create-user", "berta", "berta@example.com", "--password-stdin", typed="too short 1\n", status=1)

    assert "Use at least 15 characters" in result.stderr
    assert "too short 1" not in result.output
    assert accounts.find(scope, "berta") is None


@pytest.mark.parametrize("typed", ["", "\n", "\r\n"])
def test_an_empty_pipe_is_refused(run: Run, typed: str):
    result = run("create-user", "berta", "berta@example.com", "--password-stdin", typed=typed, status=1)

    assert "No password came" in result.stderr


def test_a_password_that_is_no_text_is_refused_without_a_piece_of_it(run: Run):
    typed = b"quiet \xff\xfe herons cross the delta\n"

    result = run("create-user", "berta", "berta@example.com", "--password-stdin", typed=typed, status=1)

    assert "isn't UTF-8" in result.stderr
    assert "0xff" not in result.output


@pytest.mark.parametrize(
    ("name", "email", "words"),
    [
        ("anna", "new@example.com", "That user name is taken"),
        ("ANNA", "new@example.com", "That user name is taken"),
        ("berta", "Anna@Example.com", "There is a user with that address already"),
        ("root", "new@example.com", "reserved"),
        ("an na", "new@example.com", "letters and digits"),
        ("berta", "nonsense", "Enter one email address"),
        ("berta", "a@example.com,b@example.com", "Enter one email address"),
    ],
)
def test_what_cannot_be_is_refused_before_a_password_is_asked_for(
    app: Flask, run: Run, name: str, email: str, words: str
):
    make_user(app, "anna")

    result = run("create-user", name, email, status=1)

    assert words in result.stderr
    assert "Password" not in result.output


def test_who_is_quicker_while_the_password_is_typed_keeps_the_name(app: Flask, run: Run, monkeypatch):
    typed_password = people._hash_of_typed

    def slow_typist(scope: Scope, wanted: people.Wanted) -> str:
        make_user(app, "berta")
        return typed_password(scope, wanted)

    monkeypatch.setattr(people, "_hash_of_typed", slow_typist)

    result = run("create-user", "berta", "other@example.com", typed=TWICE, status=1)

    assert "That user name is taken" in result.stderr


@pytest.mark.parametrize("command", [people.create_user, people.create_admin])
def test_no_command_takes_a_password_as_an_argument(command):
    taking = [each for each in command.params if "password" in (each.name or "")]

    assert [each.is_flag for each in taking] == [True]


def test_without_tables_it_says_how_to_make_them(make_app: Callable[..., Flask], tmp_path):
    app = make_app(WATCHWORD_ENV="production", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}", **PRODUCTION)

    result = run_in(app, "create-user", "berta", "berta@example.com", typed=TWICE, status=1)

    assert "Run `watchword db upgrade` first" in result.stderr
