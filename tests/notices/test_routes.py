from __future__ import annotations

import pytest

from watchword.testing import submit

NEW = "seven maple trees in the wind"


@pytest.fixture
def mailed(move_gate, mailbox):
    """The address in the notice."""
    move_gate()
    return mailbox.link()


def test_the_token_leaves_the_address_at_the_first_hop(client, mailed):
    hop = client.get(mailed)

    assert (hop.status_code, hop.location) == (303, "/secure-account")
    assert hop.headers["Referrer-Policy"] == "no-referrer"
    assert mailed.rpartition("/")[2] not in client.get("/secure-account").text


def test_the_page_says_what_happened_and_what_the_button_does(client, mailed):
    client.get(mailed)
    page = client.get("/secure-account").text

    for told in ("Gate moved", "anna", "192.0.2.1", "Firefox", "undo this change", "sign all devices out"):
        assert told in page


def test_opening_it_again_and_again_changes_nothing(app, client, mailed, calls):
    scanner = app.test_client()
    for _ in range(3):
        scanner.get(mailed)
        scanner.head(mailed)
        scanner.get("/secure-account")

    assert calls == []
    client.get(mailed)
    assert submit(client, "/secure-account").status_code == 303


def test_this_was_not_me_leads_to_a_new_password(client, mailed, deliver, mailbox, calls):
    client.get(mailed)

    done = submit(client, "/secure-account")
    assert (done.status_code, done.location) == (303, "/reset-password")
    assert calls[0][0] == "undo"
    assert "Your account is safe" in client.get("/reset-password").text

    deliver()
    submit(client, "/reset-password", code=mailbox.code())
    assert submit(client, "/reset-password", password=NEW).location == "/login"
    assert submit(client, "/login", identifier="anna", password=NEW).status_code == 303


def test_a_used_link_says_so_and_leads_to_the_reset(app, client, mailed):
    client.get(mailed)
    submit(client, "/secure-account")
    other = app.test_client()
    other.get(mailed)

    answer = other.get("/secure-account")

    assert answer.status_code == 404
    assert 'href="/forgot-password"' in answer.text
    assert "anna" not in answer.text


def test_a_reset_link_is_no_secure_link(client, anna, deliver, mailbox):
    submit(client, "/forgot-password", email="anna@example.com")
    deliver()
    token = mailbox.link().rpartition("/")[2]

    client.get(f"/secure-account/{token}")

    assert client.get("/secure-account").status_code == 404


def test_without_the_feature_there_are_no_notices(make_app):
    app = make_app(WATCHWORD_FEATURES="minimal")

    assert app.test_client().get("/secure-account").status_code == 404
