from __future__ import annotations

import pytest

from watchword.testing import PASSWORD, csrf_token, submit


def test_a_wrong_sign_in_keeps_what_was_typed_but_never_the_password(client, anna):
    answer = submit(
        client, "/login", identifier="anna", password="not the password at all", remember="y", next="/account"
    )

    assert answer.status_code == 422
    assert 'value="anna"' in answer.text
    assert "not the password" not in answer.text
    assert "checked" in answer.text
    assert 'value="/account"' in answer.text


def test_an_empty_form_says_what_is_missing(client):
    answer = submit(client, "/login")

    assert answer.status_code == 422
    assert "Enter your email or user name." in answer.text
    assert "Enter your password." in answer.text


def test_too_many_guesses_say_how_long_to_wait(client, anna):
    for _ in range(5):
        submit(client, "/login", identifier="anna", password="not the password at all")

    answer = submit(client, "/login", identifier="anna", password=PASSWORD)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "60 seconds" in answer.text


def test_a_program_gets_a_problem_with_a_stable_code(client, anna):
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": "anna", "password": "not the password at all"}

    answer = client.post("/login", data=form, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["code"] == "wrong_sign_in"


def test_a_protected_page_sends_a_visitor_to_sign_in_and_says_so(client):
    answer = client.get("/dashboard?tab=2")

    assert (answer.status_code, answer.location) == (303, "/login?next=/dashboard?tab%3D2")
    assert "Sign in to see that page." in client.get(answer.location).text


def test_a_protected_page_answers_programs_with_401(client):
    answer = client.get("/dashboard", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_a_protected_page_tells_htmx_where_to_go(client):
    answer = client.get("/dashboard", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login?next=")


def test_the_page_to_sign_out_changes_nothing(signed_in):
    assert signed_in.get("/logout").status_code == 200
    assert signed_in.get("/dashboard").status_code == 200


def test_signing_out_makes_the_copied_cookie_worthless(signed_in):
    copied = signed_in.get_cookie("watchword").value
    answer = submit(signed_in, "/logout")
    signed_in.set_cookie("watchword", copied)

    assert signed_in.get("/dashboard").status_code == 303
    assert "Clear-Site-Data" in answer.headers


def test_signing_out_signed_out_is_no_fault(client):
    assert submit(client, "/logout").status_code == 303


@pytest.mark.parametrize("path", ["/login", "/register", "/logout"])
def test_an_expired_form_is_drawn_again_with_what_was_typed(client, path):
    answer = client.post(path, data={"csrf_token": "old", "identifier": "anna", "username": "anna"})

    assert answer.status_code == 403
    assert "That page was open a while. Try again." in answer.text
    if path != "/logout":
        assert 'value="anna"' in answer.text
