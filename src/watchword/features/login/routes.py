"""Sign in, sign out."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses, service
from watchword.features.login.forms import SignInForm, SignOutForm
from watchword.features.sessions import service as sessions
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.redirects import go, wanted_next

blueprint = FeatureBlueprint("login", __file__)


@blueprint.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            identifier, password = str(form.identifier.data), str(form.password.data)
            outcome = service.with_password(scope(), identifier, password, remember=bool(form.remember.data))
            return responses.follow(outcome, wanted_next())
    return form.page("watchword/login/sign_in.html", next=wanted_next(), ways_in=responses.ways_in())


@blueprint.route("/logout", methods=["GET", "POST"])
def sign_out() -> ResponseReturnValue:
    form = SignOutForm()
    if not form.validate_on_submit():
        return form.page("watchword/login/sign_out.html")
    sessions.end_secret(scope(), scope().caller.session or "", reason="signed_out")
    responses.forget_this_browser()
    flash(gettext("You're signed out."), "success")
    response = go(url_for("watchword.login.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # not "cookies": that would forget the device too
    return response
