"""What a browser or a program may be made to send."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import select

from tests.support.raw_http import exchange, request
from tests.support.server import serve
from watchword.features.audit.models import AuditRow
from watchword.testing import PASSWORD, csrf_token, login_as, make_user
from watchword.web.csrf import SAFE_METHODS

WRONG = "not the password at all"


def test_web_01_02_no_token_no_change_on_any_route(make_app):
    app = make_app(WATCHWORD_SMS_SENDER="console:", WATCHWORD_SMS_COUNTRIES="DE")  # without a sender its pages are none
    signed_in = app.test_client()
    login_as(signed_in, make_user(app, "anna"))
    skipped = {"static", "watchword.static"}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in skipped or not set(rule.methods or ()) - SAFE_METHODS:
            continue
        path = rule.rule.replace("<handle>", "0" * 32)
        for token in ("", "x", csrf_token(app.test_client(), "/login")):
            assert signed_in.post(path, data={"csrf_token": token}).status_code == 403, path


def test_web_03_signing_out_needs_a_post_from_our_page(signed_in):
    signed_in.get("/logout")
    signed_in.post("/logout")

    assert signed_in.get("/account").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/json", ""])
@pytest.mark.parametrize("origin", ["null", "https://localhost.evil.test", "http://localhost:81", "http://evil.test"])
def test_web_05_another_site_is_refused_by_content_type_and_origin(signed_in, kind, origin):
    token = csrf_token(signed_in, "/logout")
    headers = {"Origin": origin, "X-CSRF-Token": token}

    assert signed_in.post("/logout", data=b"x=1", content_type=kind, headers=headers).status_code == 403


@pytest.mark.parametrize("name", ["watchword", "watchword-pre", "watchword-device"])
def test_web_06_a_cookie_given_twice_is_refused(app, name):
    client = app.test_client(use_cookies=False)

    assert client.get("/login", headers={"Cookie": f"{name}=evil; a=b; {name}=good"}).status_code == 400


def test_web_07_odd_bytes_before_a_cookie_name_are_another_cookie(app, anna):
    secret = login_as(app.test_client(), anna)
    with serve(app) as address:
        for before in (b"\xa0", b"\x85", b"\xe2\x80\x80", b"=", b'"'):
            raw = request(
                "GET", "/account", [("Host", "localhost"), ("Cookie", before + b"watchword=" + secret.encode())]
            )
            assert exchange(address, raw).status in {303, 400}


def test_web_08_every_cookie_of_ours_is_closed_to_scripts_and_other_sites(make_app):
    mail = "smtp://user:password@mail.example.com:587?tls=starttls"
    settings = {"WATCHWORD_PUBLIC_URL": "https://login.example.com", "WATCHWORD_MAIL_URL": mail}
    app = make_app(WATCHWORD_ENV="production", **settings)
    make_user(app, "anna")
    client = app.test_client()
    base = "https://login.example.com"
    token = csrf_token_at(client, f"{base}/login")
    form = {"csrf_token": token, "identifier": "anna", "password": PASSWORD, "remember": "y"}
    answers = [client.get("/login", base_url=base), client.post("/login", data=form, base_url=base)]
    answers.append(client.get("/dashboard", base_url=base))
    cookies = [one for answer in answers for one in answer.headers.getlist("Set-Cookie")]

    assert answers[1].status_code == 303
    assert len(cookies) >= 3
    for cookie in cookies:
        assert cookie.startswith("__Host-watchword")
        for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert flag in cookie
        assert "Domain" not in cookie
    assert answers[0].headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def csrf_token_at(client, url):
    base, _, path = url.rpartition("/")
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/{path}", base_url=base).text).group(1)


@pytest.mark.parametrize("path", ["/login", "/account", "/account/sessions", "/confirm-email", "/logout", "/dashboard"])
def test_web_09_11_12_private_pages_are_kept_by_no_cache_and_no_frame(signed_in, path):
    headers = signed_in.get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert not re.search(r"unsafe|\*", headers["Content-Security-Policy"])


@pytest.mark.parametrize(
    "path", ["/account/x.css", "/account;.js", "/account%0a.css", "/watchword/static/..%2faccount"]
)
def test_web_10_no_made_up_path_shows_a_private_page(signed_in, path):
    assert signed_in.get(path).status_code == 404


PAYLOADS = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${7*7}",
    "%(password)s",
    "' or 1=1--",
    '"><img src=x onerror=alert(1)>',
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_13_14_15_what_people_send_is_shown_as_text(app, anna, payload):
    client = app.test_client()
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": payload, "password": WRONG}
    wrong = client.post("/login", data=form, headers={"User-Agent": payload})
    token = csrf_token(client, "/login")
    client.post(
        "/login", data={**form, "csrf_token": token, "identifier": "anna", "password": PASSWORD},
        headers={"User-Agent": payload},
    )  # fmt: skip
    pages = [wrong.text, client.get("/account/sessions").text, client.get("/account/security").text]

    for page in pages:
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page.replace("&gt;", "")
        assert "49" not in re.sub(r"[0-9a-f]{8,}|\d{4}-\d\d-\d\d\S*|[A-Za-z0-9_=-]{40,}|v=\w+", "", page)


def test_web_16_no_line_can_be_forged_in_the_audit_log(client, anna, scope, caplog):
    odd = "x\x1b[31m fake"
    with caplog.at_level(logging.DEBUG):
        token = csrf_token(client, "/login")
        form = {"csrf_token": token, "identifier": "anna\r\nfake: line", "password": WRONG}
        client.post("/login", data=form, headers={"User-Agent": odd})

    row = scope.read.execute(select(AuditRow.user_agent, AuditRow.facts).order_by(AuditRow.id.desc())).first()
    assert "\x1b" not in row.user_agent
    assert "fake" not in row.facts
    assert "fake: line" not in caplog.text


@pytest.mark.parametrize("name", ["Remote-User", "X-Forwarded-User", "X-Auth-User", "X-Remote-User", "SSL-Client-S-DN"])
def test_web_17_no_header_says_who_one_is(client, anna, name):
    assert client.get("/account", headers={name: "anna"}).status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://localhost.evil.test"])
def test_web_18_no_other_site_may_read_an_answer(signed_in, origin):
    for method in ("GET", "OPTIONS"):
        headers = signed_in.open("/account", method=method, headers={"Origin": origin}).headers
        assert not any(name.startswith("Access-Control") for name in dict(headers))


@pytest.mark.parametrize(
    "path", ["/" + "9" * 5000, "/%00", "/%c0%af", "/" + "a" * 8000, "//evil.test/..", "/account/%2e%2e"]
)
def test_web_22_odd_paths_are_not_found(client, path):
    answer = client.get(path)

    assert answer.status_code in {308, 400, 404}
    assert "evil.test" not in (answer.location or "")


def test_az_10_no_header_makes_another_request_of_it(client):
    for headers in ({"X-HTTP-Method-Override": "GET"}, {"X-Original-URL": "/"}, {"X-Rewrite-URL": "/"}):
        assert client.get("/dashboard", headers=headers).status_code == 303
