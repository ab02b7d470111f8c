"""How often the main job asks the database, and that nothing it asks walks through a whole table."""

from __future__ import annotations

import pytest

from tests.support.rows import has_scan, plan, statements
from watchword.testing import PASSWORD, csrf_token, login_as, submit
from watchword.web.setup import setup_of


@pytest.fixture
def asked(app):
    """Look at everything the app asks its database meanwhile."""
    engines = setup_of(app).tools.store.engines
    return lambda: statements(engines.read, engines.write)


def verbs(seen):
    return [one.verb for one in seen]


def test_a_page_for_a_signed_in_user_is_one_primary_key_read(signed_in, asked):
    with asked() as seen:
        assert signed_in.get("/dashboard").status_code == 200

    assert verbs(seen) == ["SELECT"]


def test_last_seen_costs_one_write_a_minute(signed_in, asked, clock):
    clock.pass_(minutes=1)
    with asked() as seen:
        signed_in.get("/dashboard")
        signed_in.get("/dashboard")

    assert [verb for verb in verbs(seen) if verb != "BEGIN"] == ["SELECT", "UPDATE", "SELECT"]


def test_pages_for_visitors_ask_nothing(client, asked):
    with asked() as seen:
        for path in ("/", "/login", "/register", "/healthz", "/nothing-here"):
            client.get(path)

    assert seen == []


@pytest.mark.parametrize("identifier", ["anna", "nobody", "anna@example.com", "nobody@example.com"])
def test_a_wrong_sign_in_asks_the_same_for_known_and_unknown(client, anna, asked, identifier):
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": identifier, "password": "not the password at all"}
    with asked() as seen:
        client.post("/login", data=form)

    asked_for = [verb for verb in verbs(seen) if verb != "BEGIN"]
    assert asked_for == ["SELECT", "INSERT", "UPDATE", "INSERT"]


def test_a_sign_in_asks_twelve_times(client, anna, asked):
    token = csrf_token(client, "/login")
    with asked() as seen:
        client.post("/login", data={"csrf_token": token, "identifier": "anna", "password": PASSWORD})

    asked_for = [verb for verb in verbs(seen) if verb != "BEGIN"]
    assert asked_for == ["SELECT", "INSERT", "UPDATE", *["SELECT"] * 5, *["INSERT"] * 3, "SELECT"]


def test_a_registration_asks_five_times(client, asked):
    token = csrf_token(client, "/register")
    form = {"csrf_token": token, "username": "berta", "email": "berta@example.com", "password": PASSWORD}
    with asked() as seen:
        client.post("/register", data=form)

    asked_for = [verb for verb in verbs(seen) if verb != "BEGIN"]
    assert asked_for == ["INSERT", "SELECT", "INSERT", "INSERT", "INSERT"]


def test_nothing_the_main_job_asks_walks_through_a_table(app, client, anna, asked, deliver, mailbox, clock):  # noqa: PLR0913, PLR0917
    with asked() as seen:
        submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
        deliver()
        client.get(mailbox.link())
        submit(client, "/confirm-email")
        submit(client, "/login", identifier="berta@example.com", password=PASSWORD, remember="y")
        clock.pass_(days=1)
        for path in ("/dashboard", "/account/security", "/account/sessions"):
            assert client.get(path).status_code == 200
        submit(client, "/account/confirm", password=PASSWORD)
        submit(client, "/account/password", current_password=PASSWORD, password="seven maple trees in the wind")
        submit(client, "/account/sessions/end-others", form_at="/account/sessions")
        submit(client, "/account/sessions/known/unknown/forget", form_at="/account/sessions")
        for _ in range(6):
            submit(client, "/login", identifier="nobody", password="not the password at all")
        login_as(client, anna)
        submit(client, "/logout")

    engine = setup_of(app).tools.store.engines.read
    different = {one.sql: one for one in seen if one.verb in {"SELECT", "UPDATE", "DELETE"}}
    slow = [sql for sql, one in different.items() if has_scan(plan(engine, one))]
    assert slow == []
    assert len(different) > 10
