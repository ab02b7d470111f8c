"""Sign in, confirm it's you, sign out."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses, service
from watchword.features.login.forms import ConfirmForm, SignInForm, SignOutForm
from watchword.features.sessions import service as sessions
from watchword.features.sessions.guards import login_required, signed_in_user
from watchword.web import cookies
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.redirects import go, wanted_next

blueprint = FeatureBlueprint("login", __file__)
PASSWORD = "password"  # noqa: S105 - the name of a way in


@blueprint.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            identifier, password = str(form.identifier.data), str(form.password.data)
            outcome = service.with_password(scope(), identifier, password, remember=bool(form.remember.data))
            return responses.follow(outcome, wanted_next(), way=PASSWORD)
    shown = {"next": wanted_next(), "was_password": cookies.last_way() == PASSWORD}
    return form.page("watchword/login/sign_in.html", **shown, ways_in=responses.ways_in())


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@login_required
def confirm() -> ResponseReturnValue:
    """Bound to who is signed in: after somebody else signed in here, the page's token is not theirs."""
    user, form, proof = signed_in_user(), ConfirmForm(), ""
    methods = responses.confirm_methods(user.id)
    with form.shows_refusals():
        if form.validate_on_submit():
            method = responses.chosen_method(methods, str(form.method.data or ""))
            proof = method.check(scope(), user.id, form.sent())
    if proof:
        secret = service.confirmed(scope(), user, proof)
        return responses.confirmed(secret, wanted_next(), remembered=user.remembered)
    if form.status == HTTPStatus.OK and service.is_fresh(scope(), user):
        return responses.go_on(wanted_next())
    return form.page(
        "watchword/login/confirm.html",
        user=user,
        methods=methods,
        method=responses.shown_method(methods, request.values.get("method", "")),
        next=wanted_next(),
    )


@blueprint.route("/logout", methods=["GET", "POST"])
def sign_out() -> ResponseReturnValue:
    form = SignOutForm()
    if not form.validate_on_submit():
        return form.page("watchword/login/sign_out.html")
    sessions.end_secret(scope(), scope().caller.session or "", reason="signed_out")
    service.give_up(scope(), responses.waiting_secret())
    responses.forget_this_browser()
    flash(gettext("You're signed out."), "success")
    response = go(url_for("watchword.login.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # not "cookies": that would forget the device too
    return response
