"""How often the main job asks the database, and that nothing it asks walks through a whole table."""

from __future__ import annotations

import re

import pytest

from tests.support.passkey_page import Page, page_of
from tests.support.rows import has_scan, plan, statements
from watchword.testing import PASSWORD, SoftwareKey, add_authenticator, code_of_app, csrf_token, login_as, submit
from watchword.web.setup import setup_of


@pytest.fixture
def asked(app):
    """Look at everything the app asks its database meanwhile."""
    engines = setup_of(app).tools.store.engines
    return lambda: statements(engines.read, engines.write)


def verbs(seen):
    return [one.verb for one in seen]


def without_begin(seen):
    return [verb for verb in verbs(seen) if verb != "BEGIN"]


def test_a_page_for_a_signed_in_user_is_one_primary_key_read(signed_in, asked):
    with asked() as seen:
        assert signed_in.get("/dashboard").status_code == 200

    assert verbs(seen) == ["SELECT"]


def test_last_seen_costs_one_write_a_minute(signed_in, asked, clock):
    clock.pass_(minutes=1)
    with asked() as seen:
        signed_in.get("/dashboard")
        signed_in.get("/dashboard")

    assert without_begin(seen) == ["SELECT", "UPDATE", "SELECT"]


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

    assert without_begin(seen) == ["SELECT", "INSERT", "UPDATE", "INSERT"]


def test_a_sign_in_asks_eight_times(client, anna, asked):
    token = csrf_token(client, "/login")
    with asked() as seen:
        client.post("/login", data={"csrf_token": token, "identifier": "anna", "password": PASSWORD})

    assert without_begin(seen) == ["SELECT", "INSERT", "UPDATE", *["SELECT"] * 2, *["INSERT"] * 3]


def test_a_registration_asks_five_times(client, asked):
    token = csrf_token(client, "/register")
    form = {"csrf_token": token, "username": "berta", "email": "berta@example.com", "password": PASSWORD}
    with asked() as seen:
        client.post("/register", data=form)

    assert without_begin(seen) == ["INSERT", "SELECT", "INSERT", "INSERT", "INSERT"]


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

    assert walks_through_a_table(app, seen) == []
    assert len({one.sql for one in seen}) > 10


def walks_through_a_table(app, seen):
    """The statements whose plan has a scan. The table that holds the version of all others has one row."""
    engine = setup_of(app).tools.store.engines.read
    different = {one.sql: one for one in seen if one.verb in {"SELECT", "UPDATE", "DELETE"}}
    return [sql for sql, one in different.items() if "alembic_version" not in sql and has_scan(plan(engine, one))]


def test_a_second_step_asks_22_times_at_most(app, client, anna, asked):
    add_authenticator(app, anna)
    submit(client, "/login", identifier="anna", password=PASSWORD)
    token, code = csrf_token(client, "/login/code"), code_of_app(app, anna)
    with asked() as seen:
        assert client.post("/login/code", data={"csrf_token": token, "code": code}).status_code == 303

    assert len(without_begin(seen)) <= 22


def test_a_sign_in_by_passkey_asks_14_times_at_most(app, anna, asked):
    key, page = SoftwareKey(), Page(app.test_client())
    assert page_of(app, anna).add(key).status_code == 201
    answer = key.get(page.ask())
    csrf_token(page.client, "/login")
    with asked() as seen:
        assert page.answer(answer).status_code == 200

    assert len(without_begin(seen)) <= 14


def test_no_page_and_no_form_of_ours_walks_through_a_table(app, anna, asked):
    """Whatever is added to the map of pages: opened, and posted to without what it wants."""
    browser = app.test_client()
    login_as(browser, anna)
    headers = {"X-CSRF-Token": csrf_token(browser, "/account")}
    with asked() as seen:
        for rule in app.url_map.iter_rules():
            path = re.sub("<.*?>", "unknown", rule.rule)
            if rule.methods >= {"GET"}:
                assert browser.get(path).status_code < 500, path
            if rule.methods >= {"POST"} and path != "/logout":
                assert browser.post(path, headers=headers).status_code < 500, path

    assert walks_through_a_table(app, seen) == []


def newest_link(mailbox, kind):
    texts = "\n".join(mailbox.text(number) for number in range(len(mailbox.mails)))
    return re.findall(rf"{kind}/\S+", texts)[-1]


def test_nothing_that_leads_back_in_walks_through_a_table(app, client, anna, asked, deliver, mailbox):  # noqa: PLR0913, PLR0917
    with asked() as seen:
        add_authenticator(app, anna)
        submit(client, "/login", identifier="anna", password=PASSWORD)
        submit(client, "/login/code", code="000000")
        assert submit(client, "/login/code", code=code_of_app(app, anna)).status_code == 303
        key, page = SoftwareKey(), Page(app.test_client())
        page_of(app, anna).add(key)
        assert page.sign_in(key).status_code == 200
        submit(client, "/account/email", email="new@example.com")
        deliver()
        client.get(newest_link(mailbox, "/confirm-email"))
        assert submit(client, "/confirm-email").status_code == 303
        submit(client, "/forgot-password", email="new@example.com")
        deliver()
        client.get(newest_link(mailbox, "/reset-password"))
        assert submit(client, "/reset-password", password="seven maple trees in the wind").status_code == 303
        deliver()
        client.get(newest_link(mailbox, "/secure-account"))
        assert submit(client, "/secure-account").status_code == 303

    assert walks_through_a_table(app, seen) == []
