"""What every page of ours does with odd requests and with faults."""

from __future__ import annotations

import pytest
from flask import Flask, session

from watchword import Watchword
from watchword.testing import csrf_token
from watchword.web.setup import setup_of

PAGES = ["/", "/login", "/register", "/logout", "/healthz", "/nothing-here", "/favicon.ico"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers


def test_pages_are_never_stored(client):
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    assert "Cookie" in client.get("/login").headers["Vary"]


def test_static_files_are_kept_by_the_browser(client):
    with client.get("/watchword/static/theme.css") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000"


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/healthz", 405)])
def test_errors_are_themed_and_carry_a_request_id(client, path, status):
    answer = client.open(path, method="GET" if status == 404 else "POST")

    assert answer.status_code == status
    assert "<html" in answer.text
    assert "Werkzeug" not in answer.text


def test_an_error_for_a_program_is_a_problem(client):
    answer = client.get("/nothing", headers={"Accept": "application/json"})

    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not_found"
    assert answer.json["request_id"]


def test_a_body_too_large_is_413(client):
    answer = client.post("/login", data={"identifier": "a" * 70_000})

    assert answer.status_code == 413
    assert "<html" in answer.text


def test_too_many_fields_are_413(client):
    body = "&".join(f"f{number}=1" for number in range(5000))

    assert client.post("/login", data=body, content_type="application/x-www-form-urlencoded").status_code == 413


@pytest.mark.parametrize("cookie", ["watchword", "watchword-device", "watchword-pre"])
def test_a_cookie_of_ours_given_twice_is_refused(app, cookie):
    answer = app.test_client(use_cookies=False).get("/login", headers={"Cookie": f"{cookie}=a; {cookie}=b"})

    assert answer.status_code == 400


@pytest.mark.parametrize("value", ["x", "a" * 5000, "%00", "é", "..", "eyJhIjoxfQ.x.y", '"quoted;"'])
@pytest.mark.parametrize("cookie", ["watchword", "watchword-device", "watchword-pre"])
def test_a_broken_cookie_is_as_none(app, cookie, value):
    answer = app.test_client(use_cookies=False).get("/login", headers={"Cookie": f"{cookie}={value}"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.test"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "https://evil.test/"},
    ],
)
def test_another_site_can_not_post_even_with_a_right_token(client, headers):
    token = csrf_token(client, "/logout")

    assert client.post("/logout", data={"csrf_token": token}, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_our_own_pages_can(client, headers):
    token = csrf_token(client, "/logout")

    assert client.post("/logout", data={"csrf_token": token}, headers=headers).status_code == 303


def test_a_token_of_another_browser_is_refused(app, client):
    token = csrf_token(app.test_client(), "/logout")
    client.get("/logout")

    assert client.post("/logout", data={"csrf_token": token}).status_code == 403


def test_the_well_known_address_leads_to_the_password_page(client):
    answer = client.get("/.well-known/change-password")

    assert (answer.status_code, answer.location) == (303, "/account/password")


def test_a_missing_well_known_address_is_404(client):
    path = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"

    assert client.get(path).status_code == 404


def test_a_page_that_looked_at_the_session_varies_by_it_whatever_else_it_varies_by(sqlite_files, tmp_path):
    with sqlite_files.fresh() as url:
        host = Flask("host", instance_path=str(tmp_path / "instance"))
        host.config.update(TESTING=True, DATABASE_URL=url)
        Watchword(host)

        @host.get("/mine")
        def mine():
            return str(session.get("basket")), {"Vary": "X-Cookie-Banner"}

        assert host.test_client().get("/mine").headers["Vary"].split(", ") == ["X-Cookie-Banner", "Cookie"]
        setup_of(host).tools.store.dispose()
