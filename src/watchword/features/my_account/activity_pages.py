"""What happened in an account lately, in words, for its owner."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from watchword.features.audit import service as audit
from watchword.features.my_account import service
from watchword.features.sessions.guards import login_required, signed_in_user
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.clients import client_of
from watchword.web.context import has_page
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.setup import setup

LOOK_BACK = timedelta(days=90)
DOUBTED_FOR = timedelta(days=7)
"""How long "this wasn't me" stands beside a line: as long as the link of a notice works."""
MOST = 200
_LOOKED_AT = 3  # events for each one that has a title


def add_to(blueprint: FeatureBlueprint) -> None:
    """Put this page beside the others of the account."""
    blueprint.add_url_rule("/account/activity", "activity", login_required(_activity))


def recent(user_id: int, *, limit: int) -> list[dict[str, Any]]:
    """The newest events that have a title for their owner, of the last 90 days."""
    titles = {event.name: event.title for each in setup().features for event in each.events if event.title}
    found = audit.recent_for(scope(), user_id, limit=limit * _LOOKED_AT, since=scope().now - LOOK_BACK)
    return [_shown(entry, gettext(titles[entry.name])) for entry in found if entry.name in titles][:limit]


def _shown(entry: audit.Entry, title: str) -> dict[str, Any]:
    may_be_doubted = has_page("watchword.notices.doubt") and entry.at > scope().now - DOUBTED_FOR
    told = {"name": entry.name, "title": title, "at": entry.at, "ip": entry.ip, "may_be_doubted": may_be_doubted}
    return {**told, **asdict(client_of(entry.user_agent)), "place": service.place_of(scope(), entry.ip)}


def _activity() -> ResponseReturnValue:
    return render_template("watchword/my_account/activity.html", activity=recent(signed_in_user().id, limit=MOST))
