"""Forgot the password, choose a new one."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from watchword.features.password_reset import responses, service
from watchword.features.password_reset.errors import ResetCodeDead, ResetLinkNotValid
from watchword.features.password_reset.forms import CodeForm, ForgotForm, NewPasswordForm
from watchword.web import cookies, csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.headers import hide_address
from watchword.web.i18n import gettext
from watchword.web.redirects import go, wanted_next

blueprint = FeatureBlueprint("password_reset", __file__)

AGAIN_SECONDS = 60
_LONGEST_TOKEN = 512


@blueprint.route("/forgot-password", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    form = ForgotForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            email = str(form.email.data)
            return responses.check_inbox(service.ask(scope(), email, _held("reset_browser")), email)
    return form.page("watchword/password_reset/forgot.html", next=wanted_next())


@blueprint.route("/reset-password/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Move the token out of the URL, so that it doesn't leak through Referer, history or logs. Consumes nothing."""
    hide_address()
    if len(token) <= _LONGEST_TOKEN:
        cookies.pre_set(reset=token, reset_key=None)
    return go(url_for("watchword.password_reset.new_password"))


@blueprint.route("/reset-password", methods=["GET", "POST"])
def new_password() -> ResponseReturnValue:
    return _with_password() if _held("reset") or _held("reset_key") else _with_code()


def _with_password() -> ResponseReturnValue:
    form = NewPasswordForm()
    try:
        key = _held("reset_key") or service.key_of(scope(), _held("reset"))
        account = service.find(scope(), key)
    except ResetLinkNotValid:
        csrf.require_for_changes()
        cookies.pre_set(reset=None, reset_key=None)
        return render_template("watchword/password_reset/link_not_valid.html"), 404
    with form.shows_refusals():
        if form.validate_on_submit():
            cookies.keep_device(service.set_new_password(scope(), key, str(form.password.data)))
            flash(
                gettext("Your password is changed, and all devices are signed out. Sign in with the new one."),
                "success",
            )
            return responses.to_sign_in()
    return form.page("watchword/password_reset/new_password.html", account=account)


def _with_code() -> ResponseReturnValue:
    email = _held("reset_email")
    if not email:  # this browser never asked, or an hour ago
        csrf.require_for_changes()
        return go(url_for("watchword.password_reset.forgot"))
    form = CodeForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            cookies.pre_set(reset_key=_key_by_code(str(form.code.data)))
            return go(url_for("watchword.password_reset.new_password"))
    return form.page(
        "watchword/password_reset/check_inbox.html",
        email=email,
        sender=service.mail_sender(scope()),
        wait_seconds=_seconds_to_wait(),
    )


def _key_by_code(code: str) -> str:
    """The key the code opens. With all tries used, the next message goes to a browser with tries of its own."""
    try:
        return service.key_by_code(scope(), _held("reset_browser"), code)
    except ResetCodeDead:
        cookies.pre_set(reset_browser=None)
        raise


def _seconds_to_wait() -> int:
    """Until the button to send again is offered; a courtesy, the caps are kept by the service."""
    asked_at = int(cookies.pre().get("reset_asked_at") or 0)
    return max(AGAIN_SECONDS - (int(scope().now.timestamp()) - asked_at), 0)


def _held(name: str) -> str:
    return str(cookies.pre().get(name) or "")
