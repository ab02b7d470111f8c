"""Known and unknown addresses: the same answer, the same statements word by word, the same rows in every table."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.rows import statements
from watchword.features.outbox.models import OutboxRow
from watchword.tables import metadata
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web.setup import setup_of

KNOWN, FREE = "carla@example.com", "petra@example.com"
CALLERS = {KNOWN: "198.51.100.1", FREE: "198.51.100.2"}  # each with counts of its own


def forgot(_app, client, email):
    return "/forgot-password", {"csrf_token": csrf_token(client, "/forgot-password"), "email": email}


def forgot_again(_app, client, email):
    submit(client, "/forgot-password", email=email)
    return "/forgot-password", {"csrf_token": csrf_token(client, "/reset-password"), "email": email}


def register(_app, client, email):
    fields = {"username": "newcomer", "email": email, "password": PASSWORD}
    return "/register", {"csrf_token": csrf_token(client, "/register"), **fields}


def resend(app, client, email):
    submit(client, "/register", username="newcomer", email=email, password=PASSWORD)
    return resend_elsewhere(app, client, email)


def resend_elsewhere(_app, client, email):
    """In a browser that registered another address."""
    if not client.get("/confirm-email").text.count("csrf_token"):
        submit(client, "/register", username="newcomer", email="first@example.com", password=PASSWORD)
    return "/confirm-email/resend", {"csrf_token": csrf_token(client, "/confirm-email"), "email": email}


def change_address(app, client, email):
    login_as(client, make_user(app, f"mover-{'one' if email == KNOWN else 'two'}"))
    return "/account/email", {"csrf_token": csrf_token(client, "/account/email"), "email": email}


def rows(scope):
    return {table.name: scope.read.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables}


@pytest.mark.parametrize("walk", [forgot, forgot_again, register, resend, resend_elsewhere, change_address])
def test_enu_04_05_07_known_and_unknown_cost_the_same_statements_and_rows(app, seen, new_scope, walk):
    make_user(app, "carla")
    costs = []
    for email in (KNOWN, FREE):
        client = app.test_client()
        path, form = walk(app, client, email)
        before = rows(new_scope())
        with seen() as asked:
            answer = client.post(path, data=form, environ_base={"REMOTE_ADDR": CALLERS[email]})
        after = rows(new_scope())
        written = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        newest = select(OutboxRow.job, func.length(OutboxRow.payload)).order_by(OutboxRow.id.desc())
        jobs = new_scope().read.execute(newest.limit(written["auth_outbox"])).all()
        costs.append((answer.status_code, answer.location, [one.sql for one in asked], written, jobs))

    known, free = costs
    assert known == free
    assert known[0] == 303


def test_enu_09_a_full_streak_of_a_user_costs_the_statements_of_nobodys(make_app, clock):
    """Nobody's is forgotten each day; a user's, slowly filled, is not."""
    app = make_app(WATCHWORD_LOGIN_GUESSES_IN_A_ROW=12, WATCHWORD_TRUSTED_PROXIES="1")
    make_user(app, "anna")
    engines, caller = setup_of(app).tools.store.engines, 0
    costs = {}
    for _ in range(4):
        for name in ("anna", "nina") * 5:
            client, caller = app.test_client(), caller + 1
            form = {"csrf_token": csrf_token(client, "/login"), "identifier": name, "password": "none of theirs"}
            with statements(engines.read, engines.write) as asked:
                client.post("/login", data=form, headers={"X-Forwarded-For": f"198.51.100.{caller}"})
            costs[name] = [one.sql for one in asked]
        clock.pass_(days=1, seconds=1)

    assert costs["anna"] == costs["nina"]
