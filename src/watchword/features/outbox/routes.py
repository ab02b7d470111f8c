"""The mailbox of development: what would have been sent, for whoever sits at this machine."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from watchword.core.addresses import is_loopback
from watchword.features.outbox.at_need import carriers
from watchword.features.outbox.at_need import mailbox as stored
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.responses import as_html
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.setup import setup

if TYPE_CHECKING:
    from watchword.features.outbox.mailbox import StoredMail

blueprint = FeatureBlueprint("outbox", __file__)
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


@blueprint.before_request
def only_here() -> None:
    """These mails open accounts: development only, for this machine only, and under a name of this machine.

    The name stops DNS rebinding (a page of evil.test that turns into 127.0.0.1), the forwarding headers a proxy
    beside us that lets the world in.
    """
    forwarded = any(name in request.headers for name in _FORWARDED)
    if (
        setup().site.in_production
        or forwarded
        or not _is_here(request.remote_addr)
        or not is_loopback(request.host_url)
    ):
        raise NotFound


@blueprint.route("/dev/mailbox")
def mailbox() -> ResponseReturnValue:
    return render_template("watchword/outbox/mailbox.html", mails=stored.newest(_folder()))


@blueprint.route("/dev/mailbox/<name>")
def mail(name: str) -> ResponseReturnValue:
    html_url = url_for(".mail_html", name=name)
    return render_template("watchword/outbox/mail.html", mail=_found(name), html_url=html_url)


@blueprint.route("/dev/mailbox/<name>/html")
def mail_html(name: str) -> ResponseReturnValue:
    return as_html(_found(name))


def _found(name: str) -> StoredMail:
    mail = stored.find(_folder(), name)
    if mail is None:
        raise NotFound
    return mail


def _folder() -> Path:
    """Where mails are put; a page that doesn't exist when they go elsewhere."""
    shown = setup()
    instance = Path(shown.site.instance or current_app.instance_path)
    carrier = carriers.carrier_for(shown.tools.config[OutboxConfig].url, instance)
    if not isinstance(carrier, carriers.FileCarrier):
        raise NotFound
    return carrier.folder


def _is_here(peer: str | None) -> bool:
    try:
        return ipaddress.ip_address(peer or "").is_loopback
    except ValueError:
        return False
