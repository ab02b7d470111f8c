"""The pages on which people take their data along, and close their account."""

from __future__ import annotations

from flask import Response, flash, make_response, url_for
from flask.typing import ResponseReturnValue

from watchword.features.accounts import service as accounts
from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.login.guards import fresh_login_required
from watchword.features.my_account import service
from watchword.features.my_account.config import AccountConfig
from watchword.features.my_account.forms import CloseForm, EndForm, KeepForm
from watchword.features.sessions.guards import signed_in_user
from watchword.web import cookies, csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.redirects import go, local_path


def add_to(blueprint: FeatureBlueprint) -> None:
    """Put these pages beside the others of the account."""
    blueprint.add_url_rule("/account/export", "export", fresh_login_required(_export), methods=["GET", "POST"])
    blueprint.add_url_rule("/account/close", "close", fresh_login_required(_close), methods=["GET", "POST"])
    blueprint.add_url_rule("/login/keep-account", "keep_account", _keep_account, methods=["GET", "POST"])


def _export() -> ResponseReturnValue:
    form, user = EndForm(), signed_in_user()
    if form.validate_on_submit():
        return _file(service.export(scope(), user.id), f"account-{user.public_id[:8]}.json")
    return form.page("watchword/my_account/export.html")


def _close() -> ResponseReturnValue:
    form, user = CloseForm(), signed_in_user()
    if form.validate_on_submit():
        service.closing.close(scope(), user.id)
        responses.forget_this_browser()
        flash(gettext("Your account is closed. Until its last day you can bring it back by signing in."), "success")
        return go(url_for("watchword.login.sign_in"))
    until = scope().now + scope().config[AccountConfig].closing_undo
    return form.page("watchword/my_account/close.html", user=user, until=until)


def _keep_account() -> ResponseReturnValue:
    """The step of a sign-in that asks whether the account stays; asked after all proofs, so it tells only the owner."""
    form, waiting = KeepForm(), responses.waiting_secret()
    try:
        user = login.at_last_step(scope(), waiting, service.closing.CLOSING)
    except LoginNotWaiting:
        csrf.require_for_changes()
        return go(url_for("watchword.login.sign_in"))
    if form.validate_on_submit():
        outcome = service.closing.keep_at_login(scope(), waiting)
        flash(gettext("Your account stays. Welcome back."), "success")
        return responses.follow(outcome, local_path(cookies.pre().get("next")) or "")
    return form.page("watchword/my_account/keep_account.html", until=accounts.closes_at(scope(), user.id))


def _file(text: str, name: str) -> Response:
    """A download, never shown as a page whatever it holds."""
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
