"""The pages of codes by text message for somebody who is signed in."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from watchword.features.login import responses
from watchword.features.login.guards import fresh_login_required
from watchword.features.sessions.guards import current_user, login_required, signed_in_user
from watchword.features.sms_codes import phones, service, set_up_routes, sign_in_routes
from watchword.features.sms_codes.errors import PhoneNotFound
from watchword.features.sms_codes.forms import ButtonForm, NumberForm, SmsCodeForm
from watchword.features.sms_codes.spending import WAIT_SECONDS
from watchword.features.two_factor.responses import codes_or_back, to_security
from watchword.web import csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.redirects import go, onward_url

blueprint = FeatureBlueprint("sms_codes", __file__)
sign_in_routes.add_to(blueprint)
set_up_routes.add_to(blueprint)


@blueprint.before_request
def only_when_on() -> None:
    """Without a sender these pages are not there: for that, none of them is for one method alone, which would tell.
    Whose number is from the time of a sender can take it away.
    """
    if not service.is_on(scope()) and not _removes_an_old_number():
        raise NotFound


def _removes_an_old_number() -> bool:
    wanted = request.endpoint == "watchword.sms_codes.remove" and current_user.is_authenticated
    return wanted and phones.exists(scope(), signed_in_user().id)


@blueprint.route("/account/two-factor/phone", methods=["GET", "POST"])
@fresh_login_required
def number() -> ResponseReturnValue:
    """What is better than text messages, and the number for who can't use it."""
    form = NumberForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            service.start(scope(), signed_in_user().id, str(form.number.data))
            return go(onward_url("watchword.sms_codes.prove"))
    return form.page("watchword/sms_codes/number.html", number_url=onward_url("watchword.sms_codes.number"))


@blueprint.route("/account/two-factor/phone/code", methods=["GET", "POST"])
@fresh_login_required
def prove() -> ResponseReturnValue:
    """The code that was sent to the number comes back."""
    form, user = SmsCodeForm(), signed_in_user()
    shown = service.being_set_up(scope(), user.id)
    with form.shows_refusals():
        if form.validate_on_submit():
            recovery_codes, secret = service.finish(scope(), user, str(form.code.data))
            responses.keep_confirmed(secret, remembered=user.remembered)
            flash(gettext("Your phone number is set up. We can send codes to it from now on."), "success")
            return codes_or_back(recovery_codes)
    if shown is None and form.status < 400:
        return go(onward_url("watchword.sms_codes.number"))
    names = {"number_url": "number", "prove_url": "prove", "again_url": "again"}
    urls = {name: onward_url(f"watchword.sms_codes.{page}") for name, page in names.items()}
    return form.page("watchword/sms_codes/prove.html", number=shown, wait_seconds=WAIT_SECONDS, **urls)


@blueprint.route("/account/two-factor/phone/again", methods=["GET", "POST"])
@fresh_login_required
def again() -> ResponseReturnValue:
    if ButtonForm().is_pressed():
        service.send_again(scope(), signed_in_user().id)
    return go(onward_url("watchword.sms_codes.prove"))


@blueprint.route("/account/two-factor/phone/remove", methods=["GET", "POST"])
@fresh_login_required
def remove() -> ResponseReturnValue:
    csrf.require_for_changes()
    form, user_id = ButtonForm(), signed_in_user().id
    phone = phones.find(scope(), user_id)
    if phone is None:
        raise PhoneNotFound
    with form.shows_refusals():
        if form.validate_on_submit():
            service.remove(scope(), user_id)
            flash(gettext("The phone number is removed. We send nothing to it any more."), "success")
            return to_security()
    return form.page("watchword/sms_codes/remove.html", number=phone.number.masked)


@blueprint.route("/account/confirm/sms", methods=["GET", "POST"])
@login_required
def send_to_confirm() -> ResponseReturnValue:
    """Asked for by a button on "confirm it's you", which is where the code is typed."""
    if ButtonForm().is_pressed():
        masked = service.send_to_confirm(scope(), signed_in_user().id)
        flash(gettext("We sent a code to %(number)s. It can take a minute.", number=masked), "info")
    return go(onward_url("watchword.login.confirm", method="sms"))
