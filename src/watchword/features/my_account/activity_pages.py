"""What happened in an account lately, in words, for its owner."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from watchword.features.audit import service as audit
from watchword.features.login.events import SignInRefused
from watchword.features.my_account import service
from watchword.features.sessions.guards import login_required, signed_in_user
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.clients import client_of
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.setup import setup

LOOK_BACK = timedelta(days=90)
MOST = 200


def add_to(blueprint: FeatureBlueprint) -> None:
    """Put this page beside the others of the account."""
    blueprint.add_url_rule("/account/activity", "activity", login_required(_activity))


def recent(user_id: int, *, limit: int) -> list[dict[str, Any]]:
    """The newest events that have a title for their owner, of the last 90 days.

    Refused sign-ins, which anybody can cause, are half of them at most: an intruder can't push their own deeds out.
    """
    titles = {event.name: event.title for each in setup().features for event in each.events if event.title}
    others, since = titles.keys() - {SignInRefused.name}, scope().now - LOOK_BACK
    found = audit.recent_for(scope(), user_id, *sorted(others), limit=limit, since=since)
    found += audit.recent_for(scope(), user_id, SignInRefused.name, limit=limit // 2, since=since)
    told = sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]
    places = {ip: service.place_of(scope(), ip) for ip in {entry.ip for entry in told}}
    return [_shown(entry) | {"title": gettext(titles[entry.name]), "place": places[entry.ip]} for entry in told]


def _shown(entry: audit.Entry) -> dict[str, Any]:
    """The facts that a mail about it tells."""
    ask = scope().tools.policies.get("may_be_doubted")
    may_be_doubted = ask is not None and ask(scope(), entry.at)
    told = {"name": entry.name, "at": entry.at, "ip": entry.ip, "proofs": str(entry.facts.get("proofs", ""))}
    return {**told, **asdict(client_of(entry.user_agent)), "may_be_doubted": may_be_doubted}


def _activity() -> ResponseReturnValue:
    return render_template("watchword/my_account/activity.html", activity=recent(signed_in_user().id, limit=MOST))
