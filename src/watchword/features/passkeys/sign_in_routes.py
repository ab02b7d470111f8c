"""Signing in with a passkey: JSON in, JSON out, and the page of the second step."""

from __future__ import annotations

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.passkeys import requests, sign_in
from watchword.features.passkeys.routes import blueprint
from watchword.features.sessions.guards import login_required, signed_in_user
from watchword.web import csrf
from watchword.web.current import scope
from watchword.web.redirects import local_path

STEP = "watchword.passkeys.step"
WAY = "passkeys"


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
        waiting, trusts = responses.waiting_secret(), body.get("trust") is True
        outcome = sign_in.second_step(scope(), requests.site(), reply, waiting=waiting, trust_browser=trusts)
        return _leads_to(responses.follow(outcome, responses.kept_next()))
    outcome = sign_in.sign_in(scope(), requests.site(), reply, remember=body.get("remember") is True)
    return _leads_to(responses.follow(outcome, local_path(str(body.get("next") or "")) or "", way=WAY))


@blueprint.route("/login/passkey/step")
def step() -> ResponseReturnValue:
    """The second step, for whoever has a passkey and showed something else first."""
    waiting = login.peek(scope(), responses.waiting_secret())
    others = [one for one in login.second_factors_of(scope(), waiting.user_id) if one.endpoint != STEP]
    return render_template("watchword/passkeys/step.html", others=others, trust_days=login.trust_days(scope()))


@blueprint.route("/account/passkeys/confirm/options", methods=["POST"])
@login_required
def ask_to_confirm() -> ResponseReturnValue:
    csrf.require()
    options, ticket = sign_in.options_to_confirm(scope(), requests.site(), signed_in_user().id)
    requests.keep(ticket)
    return jsonify(options)


def _leads_to(response: Response) -> Response:
    """Where the page goes on, told to its script: a redirect it would follow itself, alone."""
    return jsonify(location=response.location)
