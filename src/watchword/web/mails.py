"""Draw a mail: two templates become one message, in the reader's language.

Whatever a name or an address holds, it can't start a header of its own or bring in a second recipient (IDN-08).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from urllib.parse import urlsplit

from flask import current_app
from markupsafe import Markup, escape

from watchword.core.domains import DomainUnclear, ascii_domain
from watchword.core.mail import Mail, MailRefused
from watchword.web import proofs
from watchword.web.catalogs import Texts
from watchword.web.clients import client_of
from watchword.web.setup import setup

LONGEST_SUBJECT = 200
_SUBJECT = "Subject:"
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, line and paragraph separators
_LINKED = re.compile(r"(?<=\S)[.\uff0e\u3002\uff61](?=[^\W\d_]{2})|:(?=//)|\\(?=\\)")  # what programs know a link by
_BAD_IN_ADDRESS = frozenset(' ,;:<>()[]"\\')


def draw(mail: Mail, public_id: str, sender: Address) -> EmailMessage:
    """*mail* from *sender*. *public_id* makes the Message-ID: drawn again, the mail is known as the same one.

    Needs an app context. Raises MailRefused when the address is none that a mail can go to.
    """
    texts = setup().catalogs.texts(mail.locale)
    to = recipient(mail.to)
    subject, text = _subject_and_text(_render(f"{_path(mail)}.txt", mail, texts))
    message = EmailMessage(SMTP if to.username.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = setup().tools.clock.now()
    message["Message-ID"] = f"<{public_id}@{_host()}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers "I'm on holiday"
    message.set_content(text, cte="quoted-printable")
    html = _render(f"{_path(mail)}.html", mail, texts, subject=subject)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = texts.language  # last: what is set before moves into the first part
    return message


def _path(mail: Mail) -> str:
    """`registration/confirm` → the template's name without its ending."""
    feature, _, name = mail.template.partition("/")
    return f"watchword/{feature}/emails/{name}"


def _render(template: str, mail: Mail, texts: Texts, **more: object) -> str:
    as_text = template.endswith(".txt")
    values = {
        **mail.context,
        **_unlinked(mail.context),
        **more,
        "_": texts.gettext if as_text else _marked_up(texts.gettext),
        "gettext": texts.gettext if as_text else _marked_up(texts.gettext),
        "ngettext": texts.ngettext,
        "locale": texts,
        "site": setup().site,
        "to": mail.to,
        "device_of": lambda user_agent: _device(user_agent, texts),
        "format_datetime": lambda moment: texts.time(_moment(moment)),
        "proofs_in_words": lambda shown: proofs.in_words(shown, texts.gettext),
    }
    return current_app.jinja_env.get_template(template).render(values)


def _unlinked(context: Mapping[str, object]) -> dict[str, str]:
    """The `label` that a person gave a thing of theirs, so that no program makes a link of it (IDN-09).

    Who got in would else put their own address into our mail to the owner, as what to do about it.
    """
    label = context.get("label")
    return {"label": _LINKED.sub(r"\g<0> ", label)} if isinstance(label, str) else {}


def _marked_up(gettext: Callable[..., str]) -> Callable[..., str]:
    """`_()` in HTML: the text is ours and may hold markup, the values are escaped."""

    def marked_up(text: str, /, **values: object) -> str:
        found = gettext(text)
        return Markup(found) % {name: escape(value) for name, value in values.items()} if values else found  # noqa: S704

    return marked_up


def _moment(told: datetime | str) -> datetime:
    """A time, also as the JSON of the outbox tells it."""
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)


def _device(user_agent: str, texts: Texts) -> str:
    """A browser and system in words; "" when we know neither."""
    client = client_of(user_agent)
    if client.browser and client.system:
        return texts.gettext("%(browser)s on %(system)s", browser=client.browser, system=client.system)
    return client.browser or client.system


def _subject_and_text(drawn: str) -> tuple[str, str]:
    first, _, rest = drawn.lstrip().partition("\n")
    if not first.startswith(_SUBJECT):
        raise ValueError(f"the first line of a mail must start with {_SUBJECT}")
    return _one_line(first.removeprefix(_SUBJECT)), rest.strip() + "\n"


def _one_line(text: str) -> str:
    """*text* without anything that could end a header, cut to what inboxes show.

    `=?utf-8?q?=0D=0ABcc:…?=` is a line break too: the email package reads such words and writes them out as they are.
    """
    flat = "".join(" " if unicodedata.category(one) in _BREAKS else one for one in text.replace("=?", "= ?"))
    return " ".join(flat.split())[:LONGEST_SUBJECT]


def recipient(address: str) -> Address:
    """Exactly one address and nothing around it, at the domain that accounts are compared by."""
    local, at, domain = address.rpartition("@")
    odd = "=?" in address or any(one in _BAD_IN_ADDRESS or not one.isprintable() for one in address)
    if odd or not at or not local or not domain or "@" in local:
        raise MailRefused
    try:
        return Address(username=local, domain=ascii_domain(domain))
    except DomainUnclear as error:
        raise MailRefused from error


def _host() -> str:
    return urlsplit(setup().site.public_url).hostname or "localhost"


def template_names(mail: str) -> tuple[str, str]:
    """The two templates of `feature/mail`, for checks that none is missing."""
    path = _path(Mail("", mail))
    return f"{path}.txt", f"{path}.html"
