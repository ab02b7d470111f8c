"""`/metrics`: off by default, for whoever holds the token, useful when all else is down, and about nobody."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families as families
from sqlalchemy import update

from tests.support.rows import has_scan, plan, statements
from watchword import Feature
from watchword.core.config import ConfigError
from watchword.core.mail import Mail
from watchword.features.outbox.models import DEAD, OutboxRow
from watchword.testing import make_user, submit
from watchword.web.setup import setup_of

TOKEN = "vK7nQ2wX9tB4mZ8cR5yH1jL6pD3sF0gA-eUoTiN"


@pytest.fixture
def watched(make_app):
    """An app whose operator has the token."""
    return make_app(WATCHWORD_METRICS_TOKEN=TOKEN)


def look(app, header=f"Bearer {TOKEN}"):
    return app.test_client().get("/metrics", headers={"Authorization": header} if header else {})


def numbers(app):
    """`{(name, job, state): value}`, as what reads the format reads it."""
    answer = look(app)
    assert answer.status_code == 200
    samples = [sample for family in families(answer.text) for sample in family.samples]
    return {(one.name.removeprefix("watchword_"), *one.labels.values()): one.value for one in samples}


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer", f"Bearer {TOKEN}", "Basic OjA="])
def test_it_is_off_by_default(app, header):
    assert look(app, header).status_code == 404
    assert app.test_client().options("/metrics").status_code == 404


@pytest.mark.parametrize(
    "header", ["", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer é", "%"]
)
def test_without_the_token_it_looks_like_any_page_that_is_not_there(watched, header):
    headers = {"Authorization": header} if header else {}
    missing = watched.test_client().get("/measures", headers=headers)

    assert look(watched, header).status_code == missing.status_code == 404
    assert dict(look(watched, header).headers).keys() == dict(missing.headers).keys()


@pytest.mark.parametrize("token", ["short", "a" * 64, "changeme-changeme-changeme-changeme"])
def test_a_token_that_can_be_guessed_stops_the_start(make_app, token):
    with pytest.raises(ConfigError, match="WATCHWORD_METRICS_TOKEN is") as refused:
        make_app(WATCHWORD_METRICS_TOKEN=token)

    assert token not in str(refused.value)


def test_it_tells_the_age_and_the_depth_of_the_outbox_by_job(watched, scope, clock):
    scope.send(Mail("anna@example.com", "registration/confirm"))
    scope.post("notices.mail", {})
    scope.commit()
    scope.db.execute(update(OutboxRow).where(OutboxRow.job == "mail").values(state=DEAD))
    scope.commit()
    clock.pass_(minutes=20)

    told = numbers(watched)

    assert told["outbox_rows", "mail", "given_up"] == 1
    assert told["outbox_rows", "notices.mail", "waiting"] == 1
    assert told["outbox_oldest_waiting_seconds",] == 1200
    assert (told["ready",], told["limits_reachable",], told["hashes_in_line",]) == (1, 1, 0)


def test_it_is_about_nobody(watched):
    make_user(watched, "anna")
    submit(watched.test_client(), "/forgot-password", email="anna@example.com")
    submit(watched.test_client(), "/login", identifier="anna", password="not the password at all")

    answer = look(watched)

    assert "password_reset.mail" in answer.text
    assert "anna" not in answer.text
    assert "127.0.0.1" not in answer.text
    assert (answer.content_type, answer.headers["Cache-Control"]) == (
        "text/plain; version=0.0.4; charset=utf-8",
        "no-store",
    )


def test_it_walks_through_no_table(watched):
    engines = setup_of(watched).tools.store.engines
    with statements(engines.read, engines.write) as seen:
        numbers(watched)

    asked = [one for one in seen if one.verb == "SELECT" and not re.search("pg_catalog|alembic", one.sql)]
    assert len(asked) == 3
    assert not [one.sql for one in asked if has_scan(plan(engines.read, one))]


def test_with_the_database_away_it_says_so(make_app):
    nowhere = "postgresql+psycopg://nobody:nothing@127.0.0.1:1/nothing"

    told = numbers(make_app(WATCHWORD_METRICS_TOKEN=TOKEN, DATABASE_URL=nowhere))

    assert (told["ready",], told["limits_reachable",], told["hashes_in_line",]) == (0, 0, 0)


def test_a_part_that_fails_takes_no_other_along(watched, caplog):
    def fails(_scope):
        raise RuntimeError("anna@example.com")

    tools = setup_of(watched).tools
    broken = Feature(name="broken", summary="It fails.", measures=(fails,))
    setup_of(watched).tools = replace(tools, features=(broken, *tools.features))

    assert ("outbox_oldest_waiting_seconds",) in numbers(watched)
    assert "fails: RuntimeError" in caplog.text
    assert "anna@" not in caplog.text


@pytest.mark.parametrize("blank", [" ", "\t", " \n "])
def test_a_blank_token_is_none(make_app, blank):
    app = make_app(WATCHWORD_METRICS_TOKEN=blank)

    assert [look(app, header).status_code for header in ("", "Bearer", "Bearer ")] == [404, 404, 404]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_method_tells_that_it_is_there(watched, method):
    browser = watched.test_client()
    told, missing = browser.open("/metrics", method=method), browser.open("/measures", method=method)

    assert (told.status_code, dict(told.headers).keys()) == (404, dict(missing.headers).keys())
