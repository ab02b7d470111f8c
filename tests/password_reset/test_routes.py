from __future__ import annotations

import pytest

from watchword.testing import submit

NEW = "seven maple trees in the wind"


@pytest.fixture
def asked(client, anna, deliver):
    """Anna asked for a link in *client*, and the mail is there."""
    answer = submit(client, "/forgot-password", email="anna@example.com")
    deliver()
    return answer


def test_the_sign_in_page_leads_here(client):
    assert 'href="/forgot-password"' in client.get("/login").text


def test_asking_leads_to_the_inbox_page_which_takes_the_code(client, asked, mailbox):
    assert (asked.status_code, asked.location) == (303, "/reset-password")
    page = client.get("/reset-password").text
    assert "anna@example.com" in page
    assert 'autocomplete="one-time-code"' in page

    right = submit(client, "/reset-password", code=mailbox.code())
    assert (right.status_code, right.location) == (303, "/reset-password")
    done = submit(client, "/reset-password", password=NEW)

    assert (done.status_code, done.location) == (303, "/login")
    assert submit(client, "/login", identifier="anna", password=NEW).status_code == 303


def test_a_wrong_code_says_how_many_tries_are_left(client, asked):
    answer = submit(client, "/reset-password", code="00000000")

    assert answer.status_code == 422
    assert "Tries left: 4" in answer.text


def test_after_five_tries_a_new_message_brings_a_code_that_works(client, asked, deliver, mailbox):
    for _ in range(6):
        answer = submit(client, "/reset-password", code="00000000")
    assert "work any more" in answer.text

    submit(client, "/forgot-password", email="anna@example.com")
    deliver()

    assert submit(client, "/reset-password", code=mailbox.code()).status_code == 303


def test_the_link_opens_the_form_with_the_account_masked_and_a_field_for_password_managers(app, asked, mailbox):
    phone = app.test_client()
    hop = phone.get(mailbox.link())
    assert (hop.status_code, hop.location) == (303, "/reset-password")

    page = phone.get("/reset-password").text

    assert "a***@example.com" in page
    assert "anna@example.com" not in page
    assert 'autocomplete="username"' in page
    assert 'value="anna"' in page
    assert 'autocomplete="new-password"' in page


def test_a_reset_signs_nobody_in_and_makes_this_browser_a_known_one(app, asked, mailbox):
    phone = app.test_client()
    phone.get(mailbox.link())

    submit(phone, "/reset-password", password=NEW)

    assert phone.get_cookie("watchword") is None
    assert phone.get_cookie("watchword-device") is not None
    assert phone.get("/account").status_code == 303


def test_a_refused_password_is_told_at_its_field_and_the_link_still_works(client, asked, mailbox):
    client.get(mailbox.link())

    refused = submit(client, "/reset-password", password="short")
    assert refused.status_code == 422
    assert "at least 15" in refused.text

    assert submit(client, "/reset-password", password=NEW).status_code == 303


def test_a_used_link_says_so_and_offers_a_new_one(app, client, asked, mailbox):
    for browser in (client, phone := app.test_client()):
        browser.get(mailbox.link())
    submit(client, "/reset-password", password=NEW)

    answer = phone.get("/reset-password")

    assert answer.status_code == 404
    assert 'href="/forgot-password"' in answer.text
    assert "anna" not in answer.text


def test_without_a_link_or_a_question_there_is_no_form(client):
    answer = client.get("/reset-password")

    assert (answer.status_code, answer.location) == (303, "/forgot-password")


def test_the_page_one_came_for_survives(client, anna, deliver, mailbox):
    submit(client, "/forgot-password", email="anna@example.com", next="/account/sessions")
    deliver()
    client.get(mailbox.link())

    done = submit(client, "/reset-password", password=NEW)

    assert done.location == "/login?next=/account/sessions"


def test_what_is_no_address_is_told_at_the_field(client):
    answer = submit(client, "/forgot-password", email="nonsense")

    assert answer.status_code == 422
    assert "nonsense" in answer.text


def test_a_tired_caller_gets_a_429_with_retry_after(client):
    for number in range(20):
        submit(client, "/forgot-password", email=f"a{number}@example.com")

    answer = submit(client, "/forgot-password", email="b@example.com")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_without_the_feature_there_is_no_link_to_it(make_app):
    client = make_app(WATCHWORD_FEATURES="minimal").test_client()

    assert "/forgot-password" not in client.get("/login").text
    assert client.get("/forgot-password").status_code == 404
