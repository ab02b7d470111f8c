"""Over every route there is: no change without a token, no answer without the headers.

A new route is tested by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.conftest import SECRET
from watchword import Watchword
from watchword.tables import metadata
from watchword.testing import cheap_hasher, login_as, make_user
from watchword.web.setup import setup_of

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PRESENT = ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Cache-Control")
ASSETS = (".css", ".ico")
REFERRERS = {"same-origin", "no-referrer"}


@pytest.fixture
def database_url(sqlite_files) -> Iterator[str]:
    """Once is enough: what is asked here has nothing to do with the database."""
    with sqlite_files.fresh() as url:
        yield url


@pytest.fixture
def app(make_app) -> Flask:
    """What a setting has to switch on is on."""
    return make_app(WATCHWORD_SMS_SENDER="console:", WATCHWORD_SMS_COUNTRIES="DE")


@pytest.fixture
def host(database_url, clock, mailbox, tmp_path) -> Iterator[Flask]:
    """A host's app that knows nothing of us but `Watchword(app)`."""
    app = Flask("host", root_path=str(tmp_path), static_folder=None)
    app.config.update(
        TESTING=True, SECRET_KEY=SECRET, DATABASE_URL=database_url, WATCHWORD_PUBLIC_URL="http://localhost"
    )
    Watchword(app, clock=clock, carrier=mailbox, hasher=cheap_hasher())
    yield app
    setup_of(app).tools.store.dispose()


def _path(app: Flask, rule: Rule) -> str:
    values = dict.fromkeys(rule.arguments, "theme.css" if rule.endpoint.endswith("static") else "x")
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def _routes(app: Flask, *methods: str) -> list[tuple[str, str]]:
    """(method, path) of every route, with made-up values."""
    rules = list(app.url_map.iter_rules())
    return [(method, _path(app, rule)) for rule in rules for method in methods if method in rule.methods]


def _browsers(app: Flask) -> dict[str, FlaskClient]:
    signed_in = app.test_client()
    login_as(signed_in, make_user(app, "anna"))
    return {"nobody": app.test_client(), "anna": signed_in}


def _rows(app: Flask) -> dict[str, list[object]]:
    """Everything the database holds."""
    with app.app_context(), setup_of(app).tools.store.counting.connect() as connection:
        return {table.name: connection.execute(select(table)).all() for table in metadata.sorted_tables}


def _wrong_headers(response) -> list[str]:
    wrong = [name for name, value in HEADERS.items() if response.headers.get(name) != value]
    wrong += [name for name in PRESENT if name not in response.headers]
    policy = response.headers.get("Content-Security-Policy", "")
    wrong += [
        part for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'") if part not in policy
    ]
    wrong += [] if response.headers.get("Referrer-Policy") in REFERRERS else ["Referrer-Policy"]
    return wrong


def _asks_to_sign_in(response) -> bool:
    return response.status_code == 303 and response.headers["Location"].startswith("/login")


def test_no_route_changes_anything_without_a_token(app):
    browsers = _browsers(app)
    routes = _routes(app, *UNSAFE)
    before = _rows(app)

    for method, path in routes:
        for who, browser in browsers.items():
            response = browser.open(path, method=method, data={"identifier": "anna", "email": "x@example.com"})
            refused = response.status_code == 403 or (who == "nobody" and _asks_to_sign_in(response))
            assert refused, f"{method} {path} by {who}: {response.status}"
            assert _rows(app) == before, f"{method} {path} by {who}"
    assert {"/login", "/logout", "/register", "/account/password"} <= {path for _, path in routes}


def test_a_token_of_another_browser_is_none(app):
    browsers = _browsers(app)
    other = app.test_client()
    page = other.get("/login").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert token
    before = _rows(app)

    for method, path in _routes(app, *UNSAFE):
        for who, browser in browsers.items():
            response = browser.open(path, method=method, data={"csrf_token": token})
            refused = response.status_code == 403 or (who == "nobody" and _asks_to_sign_in(response))
            assert refused, f"{method} {path} by {who}: {response.status}"
    assert _rows(app) == before


def test_every_route_refuses_another_site_also_with_a_right_token(app):
    browser = _browsers(app)["anna"]
    before = _rows(app)

    for method, path in _routes(app, *UNSAFE):
        page = browser.get("/account/password").get_data(as_text=True)
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        assert token
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
            response = browser.open(path, method=method, data={"csrf_token": token}, headers=headers)
            assert response.status_code == 403, f"{method} {path} with {headers}: {response.status}"
    assert _rows(app) == before


def test_looking_changes_nothing(app):
    browsers = _browsers(app)
    before = _rows(app)

    for _, path in _routes(app, "GET"):
        for who, browser in browsers.items():
            browser.get(path, buffered=True)
            browser.head(path, buffered=True)
            assert _rows(app) == before, f"GET {path} by {who}"


def test_every_answer_of_the_app_has_the_security_headers(app):
    browsers = _browsers(app)
    asked = [*_routes(app, "GET", *UNSAFE), ("GET", "/nothing-here"), ("DELETE", "/login")]
    wrong = {}
    for method, path in asked:
        for who, browser in browsers.items():
            missing = _wrong_headers(browser.open(path, method=method, buffered=True))
            wrong |= {f"{method} {path} by {who}": missing} if missing else {}

    assert not wrong, "\n".join(f"{where}: {', '.join(missing)}" for where, missing in wrong.items())


def test_every_answer_of_ours_in_a_host_has_the_security_headers(host):
    browsers = _browsers(host)
    wrong = {}
    for method, path in _routes(host, "GET", *UNSAFE):
        for who, browser in browsers.items():
            missing = _wrong_headers(browser.open(path, method=method, buffered=True))
            wrong |= {f"{method} {path} by {who}": missing} if missing else {}

    assert not wrong, "\n".join(f"{where}: {', '.join(missing)}" for where, missing in wrong.items())


def test_no_page_of_ours_is_kept_by_a_cache(app):
    kept = []
    browsers = _browsers(app)
    for _, path in _routes(app, "GET"):
        for who, browser in browsers.items():
            response = browser.get(path, buffered=True)
            if not path.endswith(ASSETS) and response.headers.get("Cache-Control") != "no-store":
                kept.append(f"{path} by {who}: {response.headers.get('Cache-Control')}")

    assert not kept, "\n".join(kept)
