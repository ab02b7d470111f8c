"""Ask browsers for passkeys, and take their answers: JSON in, JSON out."""

from __future__ import annotations

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login.guards import fresh_login_required
from watchword.features.passkeys import requests, service, sign_in
from watchword.features.sessions.guards import signed_in_user
from watchword.web import csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.redirects import local_path

blueprint = FeatureBlueprint("passkeys", __file__)


@blueprint.route("/login/passkey/options", methods=["POST"])
def ask() -> ResponseReturnValue:
    """For whoever signs in, and for whoever waits for a second step: `{"step": true}`."""
    csrf.require()
    if requests.sent().get("step") is True:
        options, ticket = sign_in.options_for_step(scope(), requests.site(), responses.waiting_secret())
    else:
        options, ticket = sign_in.options_to_sign_in(scope(), requests.site())
    requests.keep(ticket)
    return jsonify(options)


@blueprint.route("/login/passkey", methods=["POST"])
def answer() -> ResponseReturnValue:
    csrf.require()
    body = requests.sent()
    reply = requests.reply_in(body)
    if body.get("step") is True:
        outcome = sign_in.second_step(scope(), requests.site(), reply, waiting=responses.waiting_secret())
    else:
        outcome = sign_in.sign_in(scope(), requests.site(), reply, remember=body.get("remember") is True)
    return _leads_to(responses.follow(outcome, local_path(body.get("next")) or ""))


@blueprint.route("/account/passkeys/options", methods=["POST"])
@fresh_login_required
def ask_for_new() -> ResponseReturnValue:
    csrf.require()
    options, ticket = service.options_to_add(scope(), signed_in_user(), requests.site())
    requests.keep(ticket)
    return jsonify(options)


@blueprint.route("/account/passkeys", methods=["POST"])
@fresh_login_required
def add() -> ResponseReturnValue:
    csrf.require()
    added = service.add(scope(), signed_in_user(), requests.site(), reply=requests.reply_in(requests.sent()))
    return jsonify(passkey=added.handle, name=added.name), 201


def _leads_to(response: Response) -> Response:
    """Where the page goes on, told to its script: a redirect it would follow itself, alone."""
    return jsonify(location=response.location)
