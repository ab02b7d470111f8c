"""What a limit refuses is in the audit log with its rule, whoever guards what, and a flood of refusals is few rows."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.counting import WHEREVER_COUNTED
from watchword import Watchword, limit, scope
from watchword.core.errors import TooManyTries
from watchword.features.audit.models import AuditRow
from watchword.features.login import service as login
from watchword.features.login.errors import WrongSignIn
from watchword.testing import PASSWORD, FakeClock, Mailbox, csrf_token, put_tools, submit
from watchword.web.setup import setup_of

WRONG = "not the password at all"
REFUSED = {"login.refused", "audit.limit_reached"}


def said(app, *arguments):
    return app.test_cli_runner().invoke(args=["watchword", *arguments]).output


def told(app):
    """What the audit log says of refusals by limits: rule and number."""
    with app.app_context():
        rows = scope().read.execute(select(AuditRow.name, AuditRow.facts)).all()
    facts = [json.loads(row.facts) for row in rows if row.name in REFUSED]
    return [(each["why"], each["times"]) for each in facts if each.get("wait")]


@WHEREVER_COUNTED
def test_a_flood_of_refusals_is_few_rows_and_the_operator_sees_each_rule_and_how_often(app, client, anna):
    form = {"csrf_token": csrf_token(client, "/login"), "identifier": "anna", "password": WRONG}
    for _ in range(5 + 104):
        client.post("/login", data=form)

    assert told(app) == [("sign_in_address", times) for times in (*range(1, 11), 100)]
    (shown,) = json.loads(said(app, "limits", "--json"))
    assert (shown["rule"], shown["refused"]) == ("sign_in_address", 104)
    assert "refused 100 times within the hour" in said(app, "explain", "--user", "anna")


def register(client, number):
    fields = {"username": f"name{number}", "email": f"name{number}@example.com", "password": PASSWORD}
    return submit(client, "/register", **fields)


def test_refusals_of_acts_are_told_like_those_of_sign_ins(app, client):
    answers = [register(client, number).status_code for number in range(21)]

    assert answers == [303] * 20 + [429]
    assert told(app) == [("register", 1)]
    assert "the limit register was full; it had to wait 3600 seconds" in said(app, "explain", "--ip", "127.0.0.1")


def test_a_refused_first_or_second_proof_of_another_kind_is_told(app, new_scope, anna):
    def wrong(check):
        with pytest.raises(WrongSignIn):
            check()

    def prove():
        with login.counted_proof(here):
            raise WrongSignIn

    def deny():
        raise WrongSignIn

    here = new_scope()
    for _ in range(5):
        wrong(prove)
        here.settle()
    for _ in range(10):
        wrong(lambda: login.guess_second_proof(here, anna, deny))
        here.settle()
    for guess in (prove, lambda: login.guess_second_proof(here, anna, deny)):
        with pytest.raises(TooManyTries):
            guess()
        here.settle()

    assert told(app) == [("sign_in_address", 1), ("second_step", 1)]


def test_a_refusal_in_a_hosts_view_is_told(database_url, tmp_path):
    host = Flask("host", instance_path=str(tmp_path / "instance"))
    host.config.update(TESTING=True, DATABASE_URL=database_url)
    Watchword(host)
    put_tools(host, FakeClock(), Mailbox())
    host.get("/search")(limit("1/minute")(lambda: "found"))
    statuses = [host.test_client().get("/search").status_code for _ in range(3)]

    assert statuses == [200, 429, 429]
    assert [times for _, times in told(host)] == [1, 2]
    setup_of(host).tools.store.dispose()
