"""Sign up, confirm the address."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue

from watchword.features.accounts.service import minimum_length
from watchword.features.email_confirmation.errors import ConfirmationNotValid
from watchword.features.email_confirmation.responses import link_not_valid, stop_waiting, wait_for
from watchword.features.login.responses import invite_after_sign_in
from watchword.features.registration import service
from watchword.features.registration.forms import CodeForm, ConfirmForm, RegisterForm, ResendForm
from watchword.web import cookies, csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.redirects import go, local_path, wanted_next

blueprint = FeatureBlueprint("registration", __file__)

KIND = "registration"
RESEND_SECONDS = 60


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    form = RegisterForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            name, email = str(form.username.data), str(form.email.data)
            browser = service.register(scope(), name, email, password=str(form.password.data))
            _keep(browser, email)
            return go(url_for("watchword.email_confirmation.confirm"))
    return form.page("watchword/registration/register.html", minimum_length=minimum_length(scope()), next=wanted_next())


@blueprint.route("/confirm-email/resend", methods=["POST"])
def resend() -> ResponseReturnValue:
    form = ResendForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            service.mail_again(scope(), _browser(), str(form.email.data))
            _keep(_browser(), str(form.email.data))
            flash(gettext("If that address is waiting to be confirmed, a new message is on its way."), "info")
            return go(url_for("watchword.email_confirmation.confirm"))
    again = CodeForm()
    again.status, again.retry_after = form.status, form.retry_after
    return _check_inbox(again, resend_form=form)


def confirm_by_link(link: str) -> ResponseReturnValue:
    form = ConfirmForm()
    try:
        found = service.check_link(scope(), link, _browser())
    except ConfirmationNotValid:
        return link_not_valid()
    with form.shows_refusals():
        if form.validate_on_submit():
            password, name = str(form.password.data or ""), str(form.username.data or "")
            service.confirm_by_link(scope(), link, _browser(), password=password, username=name)
            return _done()
    return form.page(
        "watchword/registration/confirm.html",
        username=found.username,
        email=found.email,
        same_browser=found.same_browser,
        ask_username=service.name_was_taken(scope(), found.username),
        minimum_length=minimum_length(scope()),
    )


def confirm_by_code() -> ResponseReturnValue:
    form = CodeForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            service.confirm_by_code(scope(), _browser(), str(form.code.data), username=str(form.username.data or ""))
            return _done()
    return _check_inbox(form)


def _check_inbox(form: CodeForm, resend_form: ResendForm | None = None) -> ResponseReturnValue:
    email = cookies.pre().get("email")
    if not email:  # this browser never registered, or an hour ago
        csrf.require_for_changes()
        return go(url_for("watchword.registration.register"))
    return form.page(
        "watchword/registration/check_inbox.html",
        email=email,
        resend_form=resend_form or ResendForm(email=email),
        sender=service.mail_sender(scope()),
        wait_seconds=_seconds_to_wait(),
        ask_username=bool(form.errors.get("username")),
    )


def _seconds_to_wait() -> int:
    """Until the button to send again is offered; a courtesy, the caps are kept by the service."""
    asked_at = int(cookies.pre().get("asked_at") or 0)
    return max(RESEND_SECONDS - (int(scope().now.timestamp()) - asked_at), 0)


def _keep(browser: str, email: str) -> None:
    """This browser registered *email*: it may confirm with one button or the typed code, for as long as it lives."""
    wanted = wanted_next() or cookies.pre().get("next")
    asked_at = int(scope().now.timestamp())
    wait_for(KIND, browser=browser, email=email[:320], asked_at=asked_at, next=wanted)


def _browser() -> str:
    return str(cookies.pre().get("browser") or "")


def _done() -> Response:
    """Confirmed, but not signed in: whoever sent the link must not end up in the clicker's browser (TOK-14)."""
    wanted = local_path(cookies.pre().get("next"))
    stop_waiting("browser", "email", "asked_at", "next")
    invite_after_sign_in()
    flash(gettext("Your address is confirmed. Sign in to start."), "success")
    return go(url_for("watchword.login.sign_in", next=wanted) if wanted else url_for("watchword.login.sign_in"))
