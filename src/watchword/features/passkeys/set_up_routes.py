"""A passkey set up inside a sign-in: JSON in, JSON out, for the page where a second factor is chosen."""

from __future__ import annotations

from flask import flash, jsonify
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.passkeys import requests, set_up
from watchword.features.passkeys.responses import codes_first
from watchword.web import csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext


def add_to(blueprint: FeatureBlueprint) -> None:
    """Bring these addresses into the blueprint of the feature."""
    blueprint.add_url_rule("/login/set-up/passkey/options", "ask_for_first", ask_for_first, methods=["POST"])
    blueprint.add_url_rule("/login/set-up/passkey", "add_first", add_first, methods=["POST"])


def ask_for_first() -> ResponseReturnValue:
    csrf.require()
    options, ticket = set_up.options_at_login(scope(), requests.site(), responses.waiting_secret())
    requests.keep(ticket)
    return jsonify(options)


def add_first() -> ResponseReturnValue:
    """Signed in by now, in most cases; codes for the day the device is gone are offered first."""
    csrf.require()
    reply, wanted = requests.reply_in(requests.sent()), responses.kept_next()
    outcome = set_up.add_at_login(scope(), requests.site(), reply, waiting=responses.waiting_secret())
    location = responses.follow(outcome, wanted).location
    if isinstance(outcome, login.SignedIn):
        flash(gettext("Your passkey is added. It signs you in from now on."), "success")
        location = codes_first(location)
    return jsonify(location=location)
