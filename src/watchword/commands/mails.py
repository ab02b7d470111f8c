"""`mails`: all mails of all features, drawn for a look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from jinja2.meta import find_referenced_templates, find_undeclared_variables

from watchword.commands.printing import counted
from watchword.core.mail import Mail
from watchword.features.outbox.config import OutboxConfig
from watchword.web.mails import draw, template_names
from watchword.web.setup import setup

LANGUAGES = ("en", "ar")
_TOKEN = "Im9ubHktYS1zYW1wbGUi.aSYb5w.c2FtcGxl"  # noqa: S105 - opens nothing
SAMPLES: dict[str, object] = {
    "username": "Anna",
    "reason": "The phone is lost.",
    "link": f"https://login.example.com/reset-password/{_TOKEN}",
    "code": "12345678",
    "hours": 24,
    "minutes": 30,
    "when": datetime(2026, 11, 24, 12, 0, tzinfo=UTC).isoformat(),
    "until": datetime(2026, 12, 8, 12, 0, tzinfo=UTC).isoformat(),
    "ip": "192.0.2.1",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "place": "Berlin, Germany",
    "proofs": "otp pwd",
    "secure_link": f"https://login.example.com/secure-account/{_TOKEN}",
    "sign_in_link": "https://login.example.com/login",
    "reset_link": "https://login.example.com/forgot-password",
}
"""What mails are drawn with; a fact that only one of them tells is a 3."""


@click.command("mails", epilog="Example: watchword mails drawn/")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def draw_mails(folder: Path) -> None:
    """Draw every mail of every feature into FOLDER, as text and as a page, in a language of each direction.

    For a look at them, with your own templates where you have some. Sends nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, language, message in drawn():
        for kind, ending in (("plain", "txt"), ("html", "html")):
            body = message.get_body((kind,))
            text = str(body.get_content()) if body else ""
            head = f"Subject: {message['Subject']}\n\n" if kind == "plain" else ""
            (folder / f"{name.replace('/', '-')}.{language}.{ending}").write_text(head + text, encoding="utf-8")
        count += 1
    click.echo(f"{counted(count, 'mail', 'mails')} drawn into {folder}.")


def drawn() -> Iterator[tuple[str, str, EmailMessage]]:
    """Each mail by its name, in each language, with sample values."""
    shown = setup()
    sender = shown.tools.config[OutboxConfig].sender(shown.site)
    for name in sorted(f"{feature.name}/{mail}" for feature in shown.features for mail in feature.mails):
        for language in LANGUAGES:
            yield name, language, draw(Mail("anna@example.com", name, _samples(name), language), "sample", sender)


def _samples(name: str) -> dict[str, object]:
    """The samples, and a 3 for each fact that the mail's own templates name besides."""
    wanted = set[str]().union(*map(_named_in, template_names(name)))
    return {**dict.fromkeys(wanted, 3), **SAMPLES}


def _named_in(template: str) -> set[str]:
    """What has to be told to *template* and to those it is made of."""
    jinja = current_app.jinja_env
    parsed = jinja.parse(jinja.loader.get_source(jinja, template)[0] if jinja.loader else "")
    made_of = filter(None, find_referenced_templates(parsed))
    return find_undeclared_variables(parsed).union(*map(_named_in, made_of))
