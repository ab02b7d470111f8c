"""A mail is drawn in its reader's language, and nothing in it can start a header or bring in a second recipient."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader

from watchword.core.config import read_settings
from watchword.core.crypto import Keys
from watchword.core.mail import Mail, MailRefused
from watchword.core.scope import Tools
from watchword.core.site import SiteConfig
from watchword.web.catalogs import Catalogs
from watchword.web.mails import draw, template_names
from watchword.web.proxies import TrustedProxies
from watchword.web.setup import EXTENSION, Setup

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SENDER = Address("Example", "no-reply", "example.com")
TEMPLATES = {
    "watchword/house/emails/greet.txt": (
        "Subject: {{ _('Hello %(name)s', name=name) }}\n\n{{ link }}\n{{ format_datetime(when) if when }}"
    ),
    "watchword/house/emails/greet.html": (
        '<html lang="{{ locale.language }}" dir="{{ locale.direction }}"><title>{{ subject }}</title>'
        "<p>{{ _('Hello <b>%(name)s</b>', name=name) }} {{ link }} {{ site.site_name }} {{ to }}</p>"
    ),
    "watchword/house/emails/nameless.txt": "Hello\n",
    "watchword/house/emails/nameless.html": "",
}


class NoonClock:
    def now(self) -> datetime:
        return NOON


def app_with(**settings: str) -> Flask:
    """An app that can draw mails and do nothing else."""
    values = {"WATCHWORD_PUBLIC_URL": "https://login.example.com", **settings}
    config = read_settings([SiteConfig], values)
    nothing = cast("Any", None)
    tools = Tools(
        store=nothing, config=config, clock=NoonClock(), hasher=nothing, limits=nothing, keys=Keys("k"), post=nothing
    )
    app = Flask(__name__)
    app.jinja_loader = DictLoader(TEMPLATES)
    app.extensions[EXTENSION] = Setup(
        tools=tools, features=(), catalogs=Catalogs(config[SiteConfig].locale), proxies=TrustedProxies("")
    )
    return app


APP = app_with()


@pytest.fixture(autouse=True)
def in_app() -> Iterator[None]:
    with APP.app_context():
        yield


def greet(to: str = "anna@example.com", locale: str | None = None, **context: object) -> EmailMessage:
    mail = Mail(to, "house/greet", {"name": "Anna", "link": "https://login.example.com/x?a=1&b=2", **context}, locale)
    return draw(mail, "c0ffee", SENDER)


def sent(message: EmailMessage) -> EmailMessage:
    """*message* as the other side reads it."""
    return email.message_from_bytes(message.as_bytes(), policy=default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_has_a_text_and_an_html_part_and_says_nobody_wrote_it() -> None:
    message = sent(greet())

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Hello Anna"
    assert message["From"] == "Example <no-reply@example.com>"
    assert message["To"] == "anna@example.com"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"] == "<c0ffee@login.example.com>"


def test_the_subject_stands_only_in_the_header() -> None:
    assert "Subject" not in body(sent(greet()), "plain")


def test_the_text_is_as_written_and_the_html_is_escaped() -> None:
    message = sent(greet(name="<i>Anna & co</i>"))

    assert message["Subject"] == "Hello <i>Anna & co</i>"
    assert "https://login.example.com/x?a=1&b=2" in body(message, "plain")
    assert "Hello <b>&lt;i&gt;Anna &amp; co&lt;/i&gt;</b>" in body(message, "html")


def test_no_value_is_taken_for_a_template() -> None:
    message = sent(greet(name="{{ 7 * 7 }}%(name)s{% raw %}"))

    assert message["Subject"] == "Hello {{ 7 * 7 }}%(name)s{% raw %}"


def test_a_context_can_not_replace_our_own_values() -> None:
    message = sent(greet(_="x", locale_=None, site="evil", to_="x"))

    assert "Watchword" in body(message, "html")


def test_the_reader_is_addressed_in_their_direction() -> None:
    assert 'lang="ar" dir="rtl"' in body(sent(greet(locale="ar")), "html")
    assert sent(greet(locale="ar"))["Content-Language"] == "ar"
    assert 'lang="en" dir="ltr"' in body(sent(greet()), "html")
    assert 'lang="en" dir="ltr"' in body(sent(greet(locale="../nonsense")), "html")


def test_without_a_language_of_the_reader_the_site_chooses() -> None:
    with app_with(WATCHWORD_LOCALE="ar").app_context():
        assert 'dir="rtl"' in body(sent(greet()), "html")


def test_a_time_from_the_outbox_is_written_for_people() -> None:
    assert "Nov 24, 2026" in body(sent(greet(when=NOON.isoformat())), "plain")


def test_every_line_fits_the_wire() -> None:
    message = greet(name="ع" * 300, link="https://login.example.com/" + "x" * 3000)

    assert max(len(line) for line in message.as_bytes().split(b"\r\n")) <= 998
    assert message.as_bytes().isascii()
    assert "x" * 3000 in body(sent(message), "plain").replace("\n", "")


def test_a_template_without_a_subject_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="Subject"):
        draw(Mail("anna@example.com", "house/nameless"), "c0ffee", SENDER)


def test_the_templates_of_a_mail_lie_in_its_feature() -> None:
    assert template_names("house/greet") == ("watchword/house/emails/greet.txt", "watchword/house/emails/greet.html")


@pytest.mark.parametrize(
    "name",
    [
        "x\r\nBcc: eve@example.org",
        "x\nBcc: eve@example.org",
        "x\rBcc: eve@example.org",
        "x\u2028Bcc: eve@example.org",
        "x\u2029Bcc: eve@example.org\x85Cc: eve@example.org",
        "x\x00\x0b\x0cBcc: eve@example.org",
        "x\r\n\r\n<script>",
        "=?utf-8?q?x=0D=0ABcc:_eve=40example.org?=",
        "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm9yZw==?=",
        "==?\n?utf-8?q?x=0D=0ABcc:_eve=40example.org?=",
        "x" * 5000,
    ],
)
def test_a_name_can_not_start_a_header(name: str) -> None:
    message = sent(greet(name=name))

    assert_only_ours(message)
    assert str(message["Subject"]).startswith("Hello ")
    assert len(str(message["Subject"])) <= 200


@pytest.mark.parametrize(
    "to",
    [
        "anna@example.com\r\nBcc: eve@example.org",
        "anna@example.com, eve@example.org",
        "anna@example.com;eve@example.org",
        "anna@example.com eve@example.org",
        "Anna <anna@example.com>",
        "<anna@example.com>",
        "anna@example.com (eve@example.org)",
        "=?utf-8?q?eve=40example.org=2C_anna?=@example.com",
        '"anna eve"@example.com',
        "anna@eve@example.com",
        "anna@[127.0.0.1]",
        "anna@example.com\u2028",
        "anna",
        "@example.com",
        "anna@",
        "",
        "anna@" + "x" * 70 + ".com",
    ],
)
def test_what_is_not_one_address_gets_no_mail(to: str) -> None:
    with pytest.raises(MailRefused):
        greet(to)


def test_an_address_beyond_ascii_goes_out_as_itself() -> None:
    beyond = greet("žofie@example.com")
    assert "To: žofie@example.com".encode() in beyond.as_bytes()

    domain = greet("anna@bücher.example")
    assert domain["To"].addresses[0].addr_spec == "anna@xn--bcher-kva.example"


def assert_only_ours(message: EmailMessage) -> None:
    names = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}
    assert set(message.keys()) == names | {"MIME-Version", "Content-Type"}
    assert len(message.keys()) == len(set(message.keys()))
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "anna@example.com"


NASTY = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["=?utf-8?q?", "=?", "?=", "=0D=0A", "\r", "\n", " ", "Bcc: eve@example.org", "=", "?", "é", "x" * 70]
    )
).map("".join)


@given(name=NASTY, link=NASTY)
def test_no_text_at_all_can_start_a_header(name: str, link: str) -> None:
    with APP.app_context():
        try:
            message = greet(name=name, link=link)
        except UnicodeEncodeError:
            return  # a lone surrogate: nothing was drawn, so nothing leaves

        assert_only_ours(sent(message))


@given(to=st.text(max_size=30) | st.builds("{}@{}".format, st.text(max_size=10), st.text(max_size=10)))
def test_no_address_at_all_brings_in_a_second_recipient(to: str) -> None:
    with APP.app_context():
        try:
            message = greet(to)
        except MailRefused:
            return

        assert len(message["To"].addresses) == 1
        read = sent(message)
        assert "Bcc" not in read
        assert "Cc" not in read
