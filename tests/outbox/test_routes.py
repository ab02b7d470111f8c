"""The mailbox page: for development, on this machine, under a name of it. For everyone else it isn't there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader

from tests.outbox.test_carriers import message
from watchword.core.config import read_settings
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.features.outbox.carriers import FileCarrier
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.routes import blueprint
from watchword.web.catalogs import Catalogs
from watchword.web.headers import protect
from watchword.web.proxies import TrustedProxies
from watchword.web.setup import EXTENSION, Setup

PAGES = {
    "watchword/outbox/mailbox.html": (
        "{% for mail in mails %}<a href='{{ mail.id }}'>{{ mail.subject }}</a>{% endfor %}"
    ),
    "watchword/outbox/mail.html": "{{ mail.to }} {{ mail.text }} {{ html_url }}",
}
PATHS = ["/dev/mailbox", "/dev/mailbox/{id}", "/dev/mailbox/{id}/html"]


@pytest.fixture
def carrier(tmp_path: Path) -> FileCarrier:
    carrier = FileCarrier(tmp_path / "mailbox")
    made = message(1, "The text")
    made.add_alternative('<p style="color:red">The page</p>', subtype="html")
    carrier.carry(made)
    return carrier


def client_of(scope: Scope, folder: Path, **settings: str) -> FlaskClient:
    """A browser at an app that has nothing but the mailbox."""
    values = {
        "WATCHWORD_ENV": "development",
        "WATCHWORD_PUBLIC_URL": "http://localhost",
        "WATCHWORD_INSTANCE": str(folder),
        **settings,
    }
    config = read_settings([SiteConfig, OutboxConfig], values)
    app = Flask(__name__)
    app.jinja_loader = DictLoader(PAGES)
    tools = replace(scope.tools, config=config)
    app.extensions[EXTENSION] = Setup(
        tools=tools, features=(), catalogs=Catalogs(), proxies=TrustedProxies(config[SiteConfig].trusted_proxies)
    )
    pages = Blueprint("watchword", __name__)
    pages.register_blueprint(blueprint)
    pages.after_request(protect)
    app.register_blueprint(pages)
    return app.test_client()


@pytest.fixture
def client(scope: Scope, carrier: FileCarrier) -> FlaskClient:
    return client_of(scope, carrier.folder.parent)


@pytest.fixture
def paths(carrier: FileCarrier) -> list[str]:
    (path,) = carrier.folder.glob("*.eml")
    return [each.format(id=path.stem) for each in PATHS]


def test_the_mails_are_listed_and_shown(client: FlaskClient, paths: list[str]) -> None:
    listed, shown, html = (client.get(path) for path in paths)

    assert "Mail 1" in listed.text
    assert "The text" in shown.text
    assert paths[2] in shown.text
    assert '<p style="color:red">The page</p>' in html.text


def test_the_html_of_a_mail_may_style_itself_and_nothing_else(client: FlaskClient, paths: list[str]) -> None:
    shown, html = client.get(paths[1]), client.get(paths[2])

    policy = html.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script" not in policy
    assert "unsafe" not in shown.headers["Content-Security-Policy"]
    assert html.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "app.localhost"])
def test_every_name_of_this_machine_works(client: FlaskClient, paths: list[str], host: str) -> None:
    assert [client.get(path, headers={"Host": host}).status_code for path in paths] == [200] * 3


@pytest.mark.parametrize(
    "host", ["evil.test", "login.example.com", "192.168.1.7", "localhost.evil.test", "127.0.0.1.nip.io"]
)
def test_another_name_finds_nothing(client: FlaskClient, paths: list[str], host: str) -> None:
    """DNS rebinding: evil.test turns into 127.0.0.1, and its page reads ours."""
    assert [client.get(path, headers={"Host": host}).status_code for path in paths] == [404] * 3


@pytest.mark.parametrize("peer", ["192.168.1.7", "203.0.113.9", "2001:db8::1", "", "unix"])
def test_another_machine_finds_nothing(client: FlaskClient, paths: list[str], peer: str) -> None:
    answers = [client.get(path, environ_base={"REMOTE_ADDR": peer}).status_code for path in paths]

    assert answers == [404] * 3


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP"])
def test_a_proxy_beside_us_brings_nobody_in(client: FlaskClient, paths: list[str], name: str) -> None:
    assert [client.get(path, headers={name: "127.0.0.1"}).status_code for path in paths] == [404] * 3


def test_a_trusted_proxy_changes_nothing_about_that(scope: Scope, carrier: FileCarrier, paths: list[str]) -> None:
    client = client_of(scope, carrier.folder.parent, WATCHWORD_TRUSTED_PROXIES="1")

    answers = [client.get(path, headers={"X-Forwarded-For": "127.0.0.1"}).status_code for path in paths]

    assert answers == [404] * 3


def test_production_has_no_mailbox(scope: Scope, carrier: FileCarrier, paths: list[str]) -> None:
    client = client_of(scope, carrier.folder.parent, WATCHWORD_ENV="production")

    assert [client.get(path).status_code for path in paths] == [404] * 3


def test_mails_that_go_elsewhere_are_not_looked_for(scope: Scope, carrier: FileCarrier, paths: list[str]) -> None:
    client = client_of(scope, carrier.folder.parent, WATCHWORD_MAIL_URL="console:")

    assert [client.get(path).status_code for path in paths] == [404] * 3


def test_a_folder_of_ones_own_is_shown_too(scope: Scope, tmp_path: Path) -> None:
    FileCarrier(tmp_path / "mails").carry(message(7))
    client = client_of(scope, tmp_path, WATCHWORD_MAIL_URL="file:mails/")

    assert "Mail 7" in client.get("/dev/mailbox").text


@pytest.mark.parametrize("name", ["0" * 32, "..%2F..%2Fsecret", "x", "%00", ".."])
def test_what_is_no_mail_is_not_found(client: FlaskClient, name: str) -> None:
    for path in (f"/dev/mailbox/{name}", f"/dev/mailbox/{name}/html"):
        assert client.get(path).status_code in {404, 308}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_mailbox_is_for_reading(client: FlaskClient, paths: list[str], method: str) -> None:
    answers: list[Any] = [client.open(path, method=method) for path in paths]

    assert [answer.status_code for answer in answers] == [405] * 3
