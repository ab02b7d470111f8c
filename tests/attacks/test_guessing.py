"""Open redirects and guessing limits."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest

from tests.support.counting import WHEREVER_COUNTED
from watchword.testing import PASSWORD, code_of_app, csrf_token, login_as, make_user, submit
from watchword.web.setup import setup_of

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


def test_red_01_a_page_too_long_for_the_cookie_is_forgotten_and_the_second_step_is_not(app, client, anna):
    code_of_app(app, anna)
    wanted = "/" + "".join(chr(0x20000 + 97 * number) for number in range(1000))
    client.get(f"/login?next={quote(wanted)}")
    answer = submit(client, "/login", identifier="anna", password=PASSWORD, next=wanted)

    assert answer.location == "/login/code"
    assert client.get("/login/code").status_code == 200
    assert len(client.get_cookie("watchword-pre").value) < 1024


@pytest.mark.parametrize("path", ["/login", "/register", "/account/confirm", "/account", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_red_02_a_query_that_is_no_text_is_refused(app, path, method):
    raw = {"QUERY_STRING": "next=/\xff\xfe"}  # as WSGI tells bytes

    assert app.test_client().open(path, method=method, environ_overrides=raw).status_code == 400


def limited(client, headers=(), name="anna"):
    return [submit_with(client, headers[n % len(headers)] if headers else {}, name) for n in range(7)]


def submit_with(client, headers, name):
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": name, "password": WRONG}
    return client.post("/login", data=form, headers=headers).status_code


@WHEREVER_COUNTED
@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_rl_01_no_header_gives_a_fresh_count(client, anna, name):
    spoofed = [{name: f"for=198.51.100.{n}" if name == "Forwarded" else f"198.51.100.{n}"} for n in range(7)]

    assert limited(client, spoofed) == [422] * 5 + [429] * 2


@WHEREVER_COUNTED
def test_rl_01_behind_a_trusted_proxy_the_spoofed_left_part_counts_for_nothing(make_app):
    app = make_app(WATCHWORD_TRUSTED_PROXIES="127.0.0.0/8")
    make_user(app, "anna")
    spoofed = [{"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.5"} for n in range(7)]

    assert limited(app.test_client(), spoofed) == [422] * 5 + [429] * 2


@WHEREVER_COUNTED
def test_rl_03_one_ipv6_network_is_one_caller(make_app):
    app = make_app(WATCHWORD_TRUSTED_PROXIES="1")
    make_user(app, "anna")
    addresses = [{"X-Forwarded-For": f"2001:DB8::{n:x}"} for n in range(1, 8)]

    assert limited(app.test_client(), addresses) == [422] * 5 + [429] * 2


@WHEREVER_COUNTED
def test_rl_05_no_other_path_or_method_leads_around_the_limit(app, client, anna):
    limited(client)
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": "anna", "password": PASSWORD}
    for path in ("/login?x=1", "/%6cogin"):
        assert client.post(path, data=form).status_code == 429
    for path in ("/login/", "/LOGIN", "/login;x"):
        assert client.post(path, data=form).status_code == 404
    assert client.put("/login", data=form).status_code == 405


@WHEREVER_COUNTED
def test_rl_08_the_owner_s_own_browser_is_not_locked_out(app, client, anna):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/logout")
    limited(app.test_client())

    assert submit(client, "/login", identifier="anna", password=PASSWORD).status_code == 303


@WHEREVER_COUNTED
def test_rl_09_guesses_at_the_current_password_are_limited_too(client, anna):
    login_as(client, anna)
    statuses = [
        submit(client, "/account/password", current_password=WRONG, password="seven maple trees").status_code
        for _ in range(6)
    ]

    assert statuses == [422] * 5 + [429]


@WHEREVER_COUNTED
def test_rl_10_one_password_over_many_names_is_limited(client):
    assert [submit_with(client, {}, f"name{n}") for n in range(7)] == [422] * 5 + [429] * 2


@WHEREVER_COUNTED
def test_rl_11_an_own_success_gives_no_new_guesses(app, anna):
    make_user(app, "mallory")
    client = app.test_client()
    for n in range(4):
        submit_with(client, {}, f"victim{n}")
    fresh = app.test_client()
    submit(fresh, "/login", identifier="mallory", password=PASSWORD)

    assert [submit_with(app.test_client(), {}, "anna") for _ in range(2)] == [422, 429]


@WHEREVER_COUNTED
def test_rl_12_an_address_gets_few_mails_however_it_is_spelled(make_app, mailbox):
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
