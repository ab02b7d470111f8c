"""Where mails go is one setting; what is unsafe or misspelt in it is refused, and never repeated."""

from __future__ import annotations

from email.headerregistry import Address

import pytest

from watchword.core.config import ConfigError, read_settings
from watchword.core.site import SiteConfig
from watchword.features.outbox import mail_url
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.mail_url import MailUrl


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", MailUrl(kind="mailbox")),
        ("mailbox:", MailUrl(kind="mailbox")),
        ("console:", MailUrl(kind="console")),
        ("file:mails/", MailUrl(kind="file", folder="mails/")),
        ("file:/var/lib/mails", MailUrl(kind="file", folder="/var/lib/mails")),
        ("file:///var/lib/my%20mails", MailUrl(kind="file", folder="/var/lib/my mails")),
        ("smtp://mail.example.com", MailUrl(kind="smtp", host="mail.example.com", port=587, tls="starttls")),
        ("smtp://mail.example.com?tls=none", MailUrl(kind="smtp", host="mail.example.com", port=25, tls="none")),
        ("smtps://mail.example.com", MailUrl(kind="smtp", host="mail.example.com", port=465, tls="implicit")),
        ("smtp://[::1]:2525?tls=none", MailUrl(kind="smtp", host="::1", port=2525, tls="none")),
        (
            "smtp://a%40b:p%3Aw%2F%3F@mail.example.com:2587?tls=starttls",
            MailUrl(kind="smtp", host="mail.example.com", port=2587, tls="starttls", user="a@b", password="p:w/?"),
        ),
        (
            "smtp://u:p@localhost:2525?tls=none",
            MailUrl(kind="smtp", host="localhost", port=2525, tls="none", user="u", password="p"),
        ),
    ],
)
def test_an_address_is_taken_apart(text: str, expected: MailUrl) -> None:
    assert mail_url.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "http://user:hunter2@mail.example.com",
        "mail.example.com",
        "user:hunter2@mail.example.com:587",
        "smtp://",
        "smtp://user:hunter2@",
        "smtp://user:hunter2@mail.example.com:http",
        "smtp://user:hunter2@mail.example.com:99999",
        "smtp://user:hunter2@mail.example.com/inbox",
        "smtp://user:hunter2@mail.example.com?tls=none",
        "smtp://user:hunter2@mail.example.com?tls=off",
        "smtp://user:hunter2@mail.example.com?tls",
        "smtp://user:hunter2@mail.example.com?TLS=none",
        "smtp://user:hunter2@mail.example.com?tls=starttls&verify=no",
        "smtps://user:hunter2@mail.example.com?tls=none",
        "smtp://user:hunter2@mail.example.com#x",
        "smtp://user:hunter2@[::1",
        "file:",
        "file://host/folder",
    ],
)
def test_nonsense_and_the_unsafe_are_refused_without_the_password(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings([OutboxConfig], {"WATCHWORD_MAIL_URL": text})

    assert "WATCHWORD_MAIL_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_password_is_never_shown() -> None:
    text = "smtp://user:hunter2@mail.example.com"

    settings = read_settings([OutboxConfig], {"WATCHWORD_MAIL_URL": text})

    shown = [repr(mail_url.parse(text)), repr(settings[OutboxConfig]), repr(settings.explain())]
    assert "hunter2" not in "".join(shown)


@pytest.mark.parametrize("text", ["no-reply@example.com", "Example <no-reply@example.com>", "مثال <a@example.com>"])
def test_a_sender_is_one_address_with_or_without_a_name(text: str) -> None:
    settings = read_settings([OutboxConfig], {"WATCHWORD_MAIL_FROM": text})

    sender = settings[OutboxConfig].sender(SiteConfig())
    assert sender.domain == "example.com"
    assert sender.display_name == text.partition("<")[0].strip() * ("<" in text)


@pytest.mark.parametrize(
    "text", ["nobody", "a@b@c", "a@example.com\r\nBcc: b@example.com", "x\u2028 <a@example.com>", "@", "<>", "a b@c d"]
)
def test_a_sender_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="WATCHWORD_MAIL_FROM"):
        read_settings([OutboxConfig], {"WATCHWORD_MAIL_FROM": text})


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://login.example.com", Address("Watchword", "no-reply", "login.example.com")),
        ("http://localhost:5000", Address("Watchword", "no-reply", "localhost")),
        ("http://[::1]:5000", Address("Watchword", "no-reply", "[::1]")),
        ("", Address("Watchword", "no-reply", "localhost")),
    ],
)
def test_without_a_sender_mails_come_from_the_site_itself(public_url: str, expected: Address) -> None:
    site = read_settings([SiteConfig], {"WATCHWORD_PUBLIC_URL": public_url})[SiteConfig]

    assert OutboxConfig().sender(site) == expected
