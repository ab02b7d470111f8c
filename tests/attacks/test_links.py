"""Mailed links and codes."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from tests.attacks.test_sessions import is_in
from watchword.tables import metadata
from watchword.testing import PASSWORD, submit
from watchword.web.setup import setup_of


@pytest.fixture
def mailed(client, deliver, mailbox):
    """Berta registered in *client*; the link she was mailed."""
    submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()
    return mailbox.link()


@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "localhost@evil.test", "LOCALHOST.", "localhost:evil"])
def test_tok_01_02_links_in_mails_never_come_from_the_request(app, deliver, mailbox, host):
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/register").text).group(1)
    headers = {
        "Host": host,
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "http",
        "Forwarded": "host=evil.test",
    }
    form = {"csrf_token": token, "username": "berta", "email": "berta@example.com", "password": PASSWORD}
    client.post("/register", data=form, headers=headers)
    deliver()

    for mail in mailbox.mails:
        assert "evil" not in mail.as_string()


def test_tok_03_the_token_leaves_the_address_at_the_first_hop(client, mailed):
    hop = client.get(mailed)

    assert (hop.status_code, hop.location) == (303, "/confirm-email")
    assert hop.headers["Referrer-Policy"] == "no-referrer"
    token = mailed.rpartition("/")[2]
    assert token not in client.get("/confirm-email").text


def test_tok_04_a_link_works_once_and_a_failed_try_does_not_burn_it(app, client, mailed):
    phone = app.test_client()
    phone.get(mailed)
    assert submit(phone, "/confirm-email", password="short").status_code == 422
    assert submit(phone, "/confirm-email", password=PASSWORD).status_code == 303

    client.get(mailed)
    assert client.get("/confirm-email").status_code == 404


def test_tok_09_a_value_signed_for_something_else_is_no_link(app, client, mailed):
    keys = setup_of(app).tools.keys
    token = client.get_cookie("watchword-pre").value
    for value in (token, keys.sign("x", "pre-login"), keys.sign({"a": 1}, "registration link"), "x"):
        browser = app.test_client()
        browser.get(f"/confirm-email/{value}")
        assert browser.get("/confirm-email").status_code in {303, 404}


def test_tok_12_links_are_random_and_stored_as_fingerprints(app, deliver, mailbox, scope):
    for number in range(3):
        browser = app.test_client()
        fields = {"username": f"berta{number}", "email": f"b{number}@example.com", "password": PASSWORD}
        submit(browser, "/register", **fields)
    deliver()
    signed = [mailbox.link(number).rpartition("/")[2] for number in range(3)]
    raw = [setup_of(app).tools.keys.unsign(one, "registration link", 60) for one in signed]

    assert len(set(raw)) == 3
    assert all(len(one) == 43 for one in raw)
    dump = json.dumps([[str(v) for v in row] for t in metadata.sorted_tables for row in scope.read.execute(select(t))])
    assert not any(one in dump for one in [*raw, *signed])
    assert mailbox.code(0) not in dump


def test_tok_13_opening_a_link_again_and_again_uses_nothing_up(app, client, mailed):
    scanner = app.test_client()
    for _ in range(3):
        scanner.get(mailed)
        scanner.head(mailed)
        scanner.get("/confirm-email")

    client.get(mailed)
    assert submit(client, "/confirm-email").status_code == 303


def test_tok_14_confirming_signs_nobody_in(app, mailed):
    victim = app.test_client()
    victim.get(mailed)
    submit(victim, "/confirm-email", password=PASSWORD)

    assert not is_in(victim)


def test_tok_17_guesses_at_the_code_are_few_and_of_this_browser_only(app, client, mailed, mailbox):
    statuses = [submit(client, "/confirm-email", code=f"{number:08d}").status_code for number in range(6)]
    assert set(statuses) == {422}
    assert submit(client, "/confirm-email", code=mailbox.code()).status_code == 422

    other = app.test_client()
    submit(other, "/register", username="other", email="other@example.com", password=PASSWORD)
    assert submit(other, "/confirm-email", code=mailbox.code()).status_code == 422


def test_tok_20_a_changed_or_old_link_says_one_neutral_thing(app, mailed, clock):
    token = mailed.rpartition("/")[2]
    changed = [token[:-2], token + "=", token.swapcase(), "A" + token[1:], token[1:], token.replace(".", "", 1)]
    texts = set()
    for one in changed:
        browser = app.test_client()
        browser.get(f"/confirm-email/{one}")
        answer = browser.get("/confirm-email")
        assert answer.status_code == 404
        texts.add(answer.text)
    clock.pass_(hours=24, seconds=2)
    late = app.test_client()
    late.get(mailed)
    texts.add(late.get("/confirm-email").text)
    assert len(texts) == 1
    assert "berta" not in texts.pop()
