"""The account pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from watchword.features.accounts.service import minimum_length, password_changed_at
from watchword.features.email_confirmation.errors import ConfirmationNotValid
from watchword.features.email_confirmation.responses import link_not_valid, stop_waiting, wait_for
from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.login.guards import fresh_login_required
from watchword.features.login.service import DeviceView
from watchword.features.my_account import activity_pages, data_pages, service
from watchword.features.my_account.forms import (
    ChoosePasswordForm,
    CodeForm,
    ConfirmAddressForm,
    EmailForm,
    EndForm,
    PasswordForm,
    ProfileForm,
)
from watchword.features.my_account.last_step import CHOOSE_ANOTHER
from watchword.features.sessions import service as sessions
from watchword.features.sessions.guards import current_user, login_required, signed_in_user
from watchword.features.sessions.service import SessionView
from watchword.web import cookies, csrf, headers
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.clients import client_of
from watchword.web.current import forget_visitor, scope
from watchword.web.i18n import gettext
from watchword.web.panels import panels_of
from watchword.web.redirects import go

ADDRESS = "address_change"
AGAIN_SECONDS = 60

blueprint = FeatureBlueprint("my_account", __file__)
activity_pages.add_to(blueprint)
data_pages.add_to(blueprint)
well_known = Blueprint("my_account_well_known", __name__)
well_known.after_request(headers.protect)


@well_known.route("/.well-known/change-password")
def change_password() -> ResponseReturnValue:
    """Where password managers send people (W3C change-password-url)."""
    return go(url_for("watchword.my_account.password"))


@blueprint.route("/account", methods=["GET", "POST"])
@login_required
def profile() -> ResponseReturnValue:
    user = signed_in_user()
    form = ProfileForm(username=user.username)
    with form.shows_refusals():
        if form.validate_on_submit():
            service.change_user_name(scope(), user, str(form.username.data))
            flash(gettext("Your profile is saved."), "success")
            return go(url_for("watchword.my_account.profile"))
    waiting = service.address.waiting(scope(), user.id)
    return form.page("watchword/my_account/profile.html", user=user, waiting=waiting)


@blueprint.route("/account/security")
@login_required
def security() -> ResponseReturnValue:
    user_id = signed_in_user().id
    return render_template(
        "watchword/my_account/security.html",
        panels=panels_of("security", user_id),
        activity=activity_pages.recent(user_id, limit=10),
        password_changed_at=password_changed_at(scope(), user_id),
        password_used_at=login.password_used_at(scope(), user_id),
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@fresh_login_required
def password() -> ResponseReturnValue:
    form = PasswordForm()
    user = signed_in_user()
    with form.shows_refusals():
        if form.validate_on_submit():
            current, new = str(form.current_password.data), str(form.password.data)
            secrets = service.change_password(scope(), user, current=current, new=new)
            cookies.keep_session(secrets.session, remembered=user.remembered)
            cookies.keep_device(secrets.device)
            flash(gettext("Your password is changed. Other devices are signed out."), "success")
            return go(url_for("watchword.my_account.security"))
    return form.page("watchword/my_account/password.html", minimum_length=minimum_length(scope(), user.id), user=user)


@blueprint.route("/account/email", methods=["GET", "POST"])
@fresh_login_required
def email() -> ResponseReturnValue:
    form, user = EmailForm(), signed_in_user()
    with form.shows_refusals():
        if form.validate_on_submit():
            wanted = str(form.email.data)
            browser = service.address.ask(
                scope(), user.id, wanted, browser=str(cookies.pre().get("address_browser") or "")
            )
            asked_at = int(scope().now.timestamp())
            wait_for(ADDRESS, address_browser=browser, address_email=wanted[:320], address_asked_at=asked_at)
            return go(url_for("watchword.email_confirmation.confirm"))
    return form.page("watchword/my_account/email.html", user=user, waiting=service.address.waiting(scope(), user.id))


@blueprint.route("/account/email/cancel", methods=["POST"])
@login_required
def cancel_email() -> ResponseReturnValue:
    csrf.require()
    service.address.forget_waiting(scope(), signed_in_user().id)
    stop_waiting("address_browser", "address_email", "address_asked_at")
    flash(gettext("Your address stays as it is."), "success")
    return go(url_for("watchword.my_account.profile"))


def confirm_address_by_link(link: str) -> ResponseReturnValue:
    """One button where the owner is signed in; elsewhere the password too: a typing error gives nothing away."""
    form = ConfirmAddressForm()
    try:
        found = service.address.check_link(scope(), link)
    except ConfirmationNotValid:
        return link_not_valid()
    is_owner = current_user.id == found.user_id
    with form.shows_refusals():
        if form.validate_on_submit():
            if is_owner:
                signed_in_user()  # from here on it is done for them
                service.address.confirm_by_link(scope(), link)
            else:
                service.confirm_address_elsewhere(scope(), link, str(form.password.data or ""))
            return _address_is_changed(found.user_id if is_owner else None)
    asks_password = not is_owner and login.has_password(scope(), found.user_id)
    return form.page(
        "watchword/my_account/confirm_address.html",
        email=found.email,
        is_owner=is_owner,
        asks_password=asks_password,
    )


def confirm_address_by_code() -> ResponseReturnValue:
    form, user = CodeForm(), signed_in_user()
    held = cookies.pre()
    with form.shows_refusals():
        if form.validate_on_submit():
            browser = str(held.get("address_browser") or "")
            service.address.confirm_by_code(scope(), user.id, str(form.code.data), browser=browser)
            return _address_is_changed(user.id)
    since = int(scope().now.timestamp()) - int(held.get("address_asked_at") or 0)
    return form.page(
        "watchword/my_account/check_inbox.html",
        email=str(held.get("address_email") or ""),
        sender=service.mail_sender(scope()),
        wait_seconds=max(AGAIN_SECONDS - since, 0),
    )


@blueprint.route("/login/new-password", methods=["GET", "POST"])
def choose_password() -> ResponseReturnValue:
    """The last step of a sign-in whose password is known to be bad today."""
    form, waiting = ChoosePasswordForm(), responses.waiting_secret()
    try:
        person = login.at_last_step(scope(), waiting, CHOOSE_ANOTHER)
    except LoginNotWaiting:
        csrf.require_for_changes()
        raise
    with form.shows_refusals():
        if form.validate_on_submit():
            outcome = service.choose_another(scope(), waiting, str(form.password.data))
            flash(gettext("Your password is changed. Other devices are signed out."), "success")
            return responses.follow(outcome, responses.kept_next())
    minimum = minimum_length(scope(), person.id)
    return form.page("watchword/my_account/choose_password.html", person=person, minimum_length=minimum)


@blueprint.route("/account/sessions")
@login_required
def devices() -> ResponseReturnValue:
    user = signed_in_user()
    shown = [_shown(view) for view in sessions.list_for(scope(), user.id)]
    here = next((view for view in shown if view["handle"] == user.session), None)
    others = [view for view in shown if view is not here]
    known = [_shown(view) for view in login.known_devices(scope(), user.id)]
    return render_template("watchword/my_account/sessions.html", here=here, others=others, known=known, form=EndForm())


@blueprint.route("/account/sessions/<handle>/end", methods=["POST"])
@fresh_login_required
def end_session(handle: str) -> ResponseReturnValue:
    csrf.require()
    sessions.end(scope(), signed_in_user().id, handle)
    if handle == signed_in_user().session:
        cookies.drop(cookies.SESSION)
        forget_visitor()
    flash(gettext("That device is signed out."), "success")
    return go(url_for("watchword.my_account.devices"))


@blueprint.route("/account/sessions/end-others", methods=["POST"])
@fresh_login_required
def end_others() -> ResponseReturnValue:
    csrf.require()
    service.end_others(scope(), signed_in_user())
    flash(gettext("All other devices are signed out."), "success")
    return go(url_for("watchword.my_account.devices"))


@blueprint.route("/account/sessions/known/<handle>/forget", methods=["POST"])
@fresh_login_required
def forget_device(handle: str) -> ResponseReturnValue:
    csrf.require()
    login.forget_device(scope(), signed_in_user().id, handle)
    flash(gettext("That device is forgotten."), "success")
    return go(url_for("watchword.my_account.devices"))


@blueprint.route("/account/sessions/known/<handle>/distrust", methods=["POST"])
@fresh_login_required
def end_trust(handle: str) -> ResponseReturnValue:
    csrf.require()
    login.end_trust(scope(), signed_in_user().id, handle)
    flash(gettext("That browser isn't trusted any more. We'll ask for your second step there."), "success")
    return go(url_for("watchword.my_account.devices"))


def _address_is_changed(user_id: int | None) -> Response:
    """This browser stays known to the user it is signed in as; nobody is signed in by a mailed link (TOK-14)."""
    stop_waiting("address_browser", "address_email", "address_asked_at")
    forget_visitor()
    flash(gettext("Your new address is in place."), "success")
    if user_id is None:
        return go(url_for("watchword.login.sign_in"))
    cookies.keep_device(login.know_this_device(scope(), user_id))
    return go(url_for("watchword.my_account.profile"))


def _shown(view: SessionView | DeviceView) -> dict[str, Any]:
    return {**asdict(view), **asdict(client_of(view.user_agent)), "place": service.place_of(scope(), view.ip)}
