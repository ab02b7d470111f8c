"""Open redirects, guessing limits, and what a browser or a program may be made to send."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote, urlsplit

import pytest
from sqlalchemy import select

from tests.support.raw_http import exchange, request
from tests.support.server import serve
from watchword.features.audit.models import AuditRow
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web.csrf import SAFE_METHODS

WRONG = "not the password at all"
TARGETS = [
    "//evil.test", "///evil.test", "////evil.test", "/\\evil.test", "\\\\evil.test", "/\\/evil.test", "http:\\\\evil.test",
    "https:evil.test", "https:/evil.test", "https:///evil.test", "/%2f/evil.test", "/%5cevil.test", "/..//evil.test",
    "/.//evil.test", "\x00//evil.test", "\x1f//evil.test", " //evil.test", "\t//evil.test", "/\t/evil.test", "/\n/evil.test",
    "/\r/evil.test", "\u2028//evil.test", "\xa0//evil.test", "https://localhost@evil.test", "//localhost@evil.test",
    "https://evil.test\\@localhost/", "https://localhost#@evil.test", "javascript:alert(1)", "JaVaScript:alert(1)",
    "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "//evil\u3002test", "//evil\uff0etest", "https://localhost.evil.test",
    "https://evillocalhost", "http://localhost:8443/", "https://evil.test/localhost",
]  # fmt: skip


def whatwg_host(location):
    """The host a browser would go to: it drops tabs and line ends, and reads a backslash as a slash."""
    cleaned = re.sub(r"[\t\r\n]", "", location).strip("\x00\x1f ").replace("\\", "/")
    return urlsplit(
        cleaned if re.match(r"[a-z]+:", cleaned) else f"http:{cleaned}" if cleaned.startswith("//") else ""
    ).netloc


@pytest.mark.parametrize("target", TARGETS)
def test_red_01_02_03_04_05_08_signing_in_leads_to_our_own_pages_only(client, anna, target):
    page = client.get(f"/login?next={quote(target)}")
    assert "evil" not in re.sub(r"<title>.*?</title>", "", page.text)
    answer = submit(client, "/login", identifier="anna", password=PASSWORD, next=target)

    assert answer.status_code == 303
    assert answer.location == "/dashboard"
    assert whatwg_host(answer.location) == ""


def test_red_07_of_two_next_the_first_of_the_form_counts(client, anna):
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": "anna", "password": PASSWORD, "next": ["/account", "//evil.test"]}
    answer = client.post("/login?next=//evil.test", data=form, headers={"X-Original-URL": "//evil.test"})

    assert answer.location == "/account"


def limited(client, headers=(), name="anna"):
    return [submit_with(client, headers[n % len(headers)] if headers else {}, name) for n in range(7)]


def submit_with(client, headers, name):
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": name, "password": WRONG}
    return client.post("/login", data=form, headers=headers).status_code


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_rl_01_no_header_gives_a_fresh_count(client, anna, name):
    spoofed = [{name: f"for=198.51.100.{n}" if name == "Forwarded" else f"198.51.100.{n}"} for n in range(7)]

    assert limited(client, spoofed) == [422] * 5 + [429] * 2


def test_rl_01_behind_a_trusted_proxy_the_spoofed_left_part_counts_for_nothing(make_app):
    app = make_app(WATCHWORD_TRUSTED_PROXIES="127.0.0.0/8")
    make_user(app, "anna")
    spoofed = [{"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.5"} for n in range(7)]

    assert limited(app.test_client(), spoofed) == [422] * 5 + [429] * 2


def test_rl_03_one_ipv6_network_is_one_caller(make_app):
    app = make_app(WATCHWORD_TRUSTED_PROXIES="1")
    make_user(app, "anna")
    addresses = [{"X-Forwarded-For": f"2001:DB8::{n:x}"} for n in range(1, 8)]

    assert limited(app.test_client(), addresses) == [422] * 5 + [429] * 2


def test_rl_05_no_other_path_or_method_leads_around_the_limit(app, client, anna):
    limited(client)
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": "anna", "password": PASSWORD}
    for path in ("/login?x=1", "/%6cogin"):
        assert client.post(path, data=form).status_code == 429
    for path in ("/login/", "/LOGIN", "/login;x"):
        assert client.post(path, data=form).status_code == 404
    assert client.put("/login", data=form).status_code == 405


def test_rl_08_the_owner_s_own_browser_is_not_locked_out(app, client, anna):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/logout")
    limited(app.test_client())

    assert submit(client, "/login", identifier="anna", password=PASSWORD).status_code == 303


def test_rl_09_guesses_at_the_current_password_are_limited_too(client, anna):
    login_as(client, anna)
    statuses = [
        submit(client, "/account/password", current_password=WRONG, password="seven maple trees").status_code
        for _ in range(6)
    ]

    assert statuses == [422] * 5 + [429]


def test_rl_10_one_password_over_many_names_is_limited(client):
    assert [submit_with(client, {}, f"name{n}") for n in range(7)] == [422] * 5 + [429] * 2


def test_rl_11_an_own_success_gives_no_new_guesses(app, anna):
    make_user(app, "mallory")
    client = app.test_client()
    for n in range(4):
        submit_with(client, {}, f"victim{n}")
    fresh = app.test_client()
    submit(fresh, "/login", identifier="mallory", password=PASSWORD)

    assert [submit_with(app.test_client(), {}, "anna") for _ in range(2)] == [422, 429]


def test_rl_12_an_address_gets_few_mails_however_it_is_spelled(make_app, mailbox):
    from watchword.web.setup import setup_of

    app = make_app(WATCHWORD_TRUSTED_PROXIES="1")
    for n, email in enumerate(
        ["victim@example.com", "VICTIM@example.com", "vic.tim@example.com", "victim+1@example.com"]
    ):
        client = app.test_client()
        token = csrf_token(client, "/register")
        form = {"csrf_token": token, "username": f"name{n}", "email": email, "password": PASSWORD}
        answer = client.post("/register", data=form, headers={"X-Forwarded-For": f"198.51.100.{n}"})
        assert answer.status_code == 303
    setup_of(app).delivery.run_once()

    assert len(mailbox.mails) == 2


def test_rl_14_huge_bodies_and_many_fields_are_refused(app, client):
    assert client.post("/login", data=b"a" * 10_000_000).status_code == 413
    many = "&".join(f"f{n}=1" for n in range(5_000))
    assert client.post("/login", data=many, content_type="application/x-www-form-urlencoded").status_code == 413
    parts = {f"f{n}": "1" for n in range(500)}
    assert client.post("/login", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("headers", [{"Accept-Language": "en," * 20_000}, {"User-Agent": "x" * 60_000}])
def test_rl_15_long_headers_cost_nothing(client, headers):
    assert client.get("/login", headers=headers).status_code == 200


def test_web_01_02_no_token_no_change_on_any_route(app, signed_in):
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
    assert "max-age=63072000" in answers[0].headers["Strict-Transport-Security"]


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
