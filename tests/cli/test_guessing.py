"""limits and explain."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import timedelta

import pytest

from tests.support.counting import WHEREVER_COUNTED
from watchword import limit
from watchword.features.audit import service as audit
from watchword.features.login import service as login
from watchword.features.passkeys.errors import PasskeyNotAccepted as NotAccepted
from watchword.testing import PASSWORD, add_authenticator, code_of_app, deliver, login_as, make_user, submit

WRONG = "not the password at all"


def guess(client, times, name="anna"):
    return [submit(client, "/login", identifier=name, password=WRONG).status_code for _ in range(times)]


@WHEREVER_COUNTED
def test_limits_tells_who_is_limited_by_which_rule_until_when_and_nothing_that_was_typed(run, client, clock, anna):
    guess(client, 3, "Anna@Example.com")
    guess(client, 2, "nobody")

    said = run("limits").output

    until = str(clock.now() + timedelta(minutes=1))[:19]
    assert f"sign_in_address  127.0.0.1  5 of 5 in a minute  {until}  0 " in said
    assert "sign_in_address: too many wrong sign-ins from this address" in said
    every = run("limits", "--all").output
    assert "5 of 50 in an hour" in every
    assert "nobody" not in every
    assert "example.com" not in every.lower()


def user_of(run, rule):
    return {each["user"] for each in json.loads(run("limits", "--all", "--json").output) if each["rule"] == rule}


def test_limits_names_the_user_behind_a_count(run, app, client, anna):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/logout")
    guess(client, 1)
    guess(app.test_client(), 1)
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/account", username="annabell")

    assert user_of(run, "sign_in_device") == user_of(run, "sign_in_user") == {"annabell"}
    assert user_of(run, "new_name") == {"annabell", None}
    assert user_of(run, "sign_in_name") == {None}
    every = run("limits", "--all").output
    assert re.search(r"annabell +1 of 10 in an hour", every)
    assert re.search(r"sign_in_user +annabell .* a reset by mail ", every)


@WHEREVER_COUNTED
def test_a_user_whom_a_hosts_view_counts_is_named_and_cleared_by_name(run, app, client, anna):
    app.add_url_rule("/invite", "invite", limit("1/minute", by="user")(lambda: "invited"))
    login_as(client, anna)
    assert [client.get("/invite").status_code for _ in range(2)] == [200, 429]

    (full,) = json.loads(run("limits", "--json").output)
    assert full["user"] == "anna"
    assert re.search(r"  anna +1 of 1 in a minute", run("limits").output)

    run("limits", "--clear-user", "anna@example.com")

    assert client.get("/invite").status_code == 200


def test_a_count_that_has_room_again_is_told_from_a_full_one(run, client, mailbox, app):
    for _ in range(2):
        submit(app.test_client(), "/forgot-password", email="nobody@example.com")
    make_user(app, "berta")
    submit(app.test_client(), "/forgot-password", email="berta@example.com")
    deliver(app)

    assert "has room again" in run("limits", "--all").output
    assert run("limits").output == "Nobody is limited.\n"


def test_limits_without_anybody_limited(run):
    assert run("limits").output == "Nobody is limited.\n"
    assert json.loads(run("limits", "--json").output) == []


@WHEREVER_COUNTED
@pytest.mark.parametrize("clear", [("--clear-ip", "127.0.0.1"), ("--clear-ip", "::ffff:127.0.0.1"), ("--clear", "")])
def test_whoever_is_cleared_signs_in_again(run, client, anna, clear):
    guess(client, 6)
    (full,) = json.loads(run("limits", "--json").output)
    option, value = clear

    run("limits", option, value or full["key"])

    assert submit(client, "/login", identifier="anna", password=PASSWORD).status_code == 303


@WHEREVER_COUNTED
def test_a_cleared_user_signs_in_again(run, app, client, anna):
    for number in range(10):
        run("limits", "--clear-ip", "127.0.0.1")
        guess(client, 1, "anna" if number % 2 else " ANNA ")
    assert guess(client, 1) == [429]

    assert json.loads(run("limits", "--clear-user", "anna@example.com", "--json").output)["cleared"] >= 2

    assert submit(client, "/login", identifier="anna", password=PASSWORD).status_code == 303


@WHEREVER_COUNTED
def test_a_cleared_user_is_asked_for_a_second_proof_again(run, app, client, clock, anna):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    for _ in range(2):
        submit(client, "/login", identifier="anna", password=PASSWORD)
        for _ in range(5):
            submit(client, "/login/code", code="000000")
    submit(client, "/login", identifier="anna", password=PASSWORD)
    assert submit(client, "/login/code", code=code_of_app(app, anna)).status_code == 429
    assert [each["rule"] for each in json.loads(run("limits", "--json").output)] == ["second_step"]

    run("limits", "--clear-user", "anna")

    assert submit(client, "/login/code", code=code_of_app(app, anna)).status_code == 303


def test_explain_says_why_a_sign_in_was_refused(run, client, anna):
    guess(client, 6)

    by_user, by_ip = run("explain", "--user", "anna").output, run("explain", "--ip", "127.0.0.1").output

    assert by_user == by_ip
    assert by_user.count("anna  ") == 6
    assert by_user.count("the password was wrong") == 5
    assert by_user.count("too many wrong sign-ins from this address; it had to wait 60 seconds") == 1
    assert WRONG not in by_user


def test_explain_tells_operators_what_nobody_else_is_told_that_nobody_has_the_name(run, client, anna):
    guess(client, 1)
    guess(client, 1, "ghost")

    nobody, wrong = run("explain").output.splitlines()[1:]
    assert nobody.endswith("nobody has that name or address")
    assert wrong.endswith("the password was wrong")
    assert "ghost" not in nobody


def test_explain_names_the_refusal_of_another_first_proof(run, scope):
    with suppress(NotAccepted), login.counted_proof(scope):
        raise NotAccepted
    scope.commit()

    assert "the proof was refused: passkey_not_accepted" in run("explain").output


def test_explain_says_when_it_tells_only_the_newest(run, client, anna, monkeypatch):
    monkeypatch.setattr(audit, "FOUND_AT_MOST", 2)
    guess(client, 1)
    assert "the newest" not in run("explain").output
    guess(client, 2)

    said = run("explain").output

    assert said.count("the password was wrong") == 2
    assert "These are the newest 2:" in said


def test_explain_finds_one_request(run, client, anna):
    guess(client, 2)
    newest = json.loads(run("explain", "--user", "anna", "--json").output)[0]

    (found,) = json.loads(run("explain", "--request", newest["request_id"], "--json").output)

    assert found == newest


def test_explain_looks_back_only_so_far(run, client, anna, clock):
    guess(client, 1)
    clock.pass_(days=8)

    assert run("explain", "--user", "anna").output == "Nothing was refused there.\n"
    assert "password" in run("explain", "--user", "anna", "--days", "9").output


@pytest.mark.parametrize("arguments", [("limits", "--clear-user", "nobody"), ("explain", "--ip", "nonsense")])
def test_what_does_not_exist_is_said(run, arguments):
    assert "Error:" in run(*arguments, status=1).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("limits", "--clear"), "0 counts forgotten."), (("explain", "--request"), "Nothing was refused")],
)
def test_bytes_that_are_no_text_name_nothing(run, arguments, said):
    assert said in run(*arguments, "\udcff").output
