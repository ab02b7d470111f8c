"""What stands beside every field for a new password: a meter, and a passphrase for the asking."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from watchword.core.texts import N_
from watchword.features.accounts import service
from watchword.web import csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.errors import wants_problem
from watchword.web.i18n import gettext, told

blueprint = FeatureBlueprint("accounts", __file__)

_LONGEST, _MOST = 320, 8
_WORDS = (N_("Weak."), N_("Weak."), N_("Fair."), N_("Good."), N_("Strong."))


@blueprint.route("/password/strength", methods=["POST"])
def strength() -> ResponseReturnValue:
    """How a password that is being typed would be judged when it is sent. It is neither kept nor logged."""
    csrf.require()
    password, minimum = request.form.get("password", ""), request.form.get("minimum", 0, int)
    verdict = service.judge_new_password(scope(), password, *_about(), minimum=minimum)
    tip = told(verdict.refusal) if verdict.refusal else gettext(verdict.advice)
    return jsonify(score=verdict.score, word=gettext(_WORDS[verdict.score]), tip=tip)


@blueprint.route("/password/suggestion")
def suggestion() -> ResponseReturnValue:
    """A passphrase for whoever asks, never the same one twice."""
    phrase = service.suggest_passphrase(scope())
    if wants_problem():
        return jsonify(passphrase=phrase)
    return render_template("watchword/accounts/suggestion.html", passphrase=phrase)


def _about() -> list[str]:
    """What the page says its owner is called, and what was typed into the same form; nobody checked its length yet."""
    typed, told_by_page = request.form, request.form.get("about", "")[: 2 * _LONGEST].split()
    return [typed.get("username", "")[:_LONGEST], typed.get("email", "")[:_LONGEST], *told_by_page[:_MOST]]
