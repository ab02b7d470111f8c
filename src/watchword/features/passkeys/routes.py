"""The passkeys of whoever is signed in: list, add, rename, remove."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.login.guards import fresh_login_required
from watchword.features.passkeys import panel, requests, service, set_up_routes
from watchword.features.passkeys.forms import NameForm, NotNowForm, RemoveForm
from watchword.features.passkeys.responses import codes_first
from watchword.features.sessions.guards import login_required, signed_in_user
from watchword.web import csrf, headers
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.errors import url_or_none
from watchword.web.i18n import gettext
from watchword.web.links import public_url
from watchword.web.redirects import go, wanted_next

blueprint = FeatureBlueprint("passkeys", __file__)
set_up_routes.add_to(blueprint)
well_known = Blueprint("passkeys_well_known", __name__)
well_known.after_request(headers.protect)


@well_known.route("/.well-known/passkey-endpoints")
def endpoints() -> ResponseReturnValue:
    """Where password managers send people to add and manage passkeys (W3C passkey-endpoints)."""
    return jsonify(enroll=public_url("watchword.passkeys.new"), manage=public_url("watchword.passkeys.passkeys"))


@blueprint.route("/account/passkeys")
@login_required
def passkeys() -> ResponseReturnValue:
    """The list; it stands on the security page where there is one."""
    security = url_or_none("watchword.my_account.security")
    if security is not None:
        return go(f"{security}#passkeys")
    return render_template("watchword/passkeys/passkeys.html", values=panel.values(scope(), signed_in_user().id))


@blueprint.route("/account/passkeys/new")
@fresh_login_required
def new() -> ResponseReturnValue:
    return render_template("watchword/passkeys/new.html")


@blueprint.route("/account/passkeys/offer")
@login_required
def offered() -> ResponseReturnValue:
    """What a passkey is, in peace: create one, or not now. Who isn't fresh confirms it only to create one."""
    user = signed_in_user()
    if service.has_any(scope(), user.id):
        return go(url_for("watchword.passkeys.passkeys"))
    return render_template("watchword/passkeys/offer.html", is_fresh=login.is_fresh(scope(), user))


@blueprint.route("/account/passkeys/not-now", methods=["POST"])
@login_required
def not_now() -> ResponseReturnValue:
    """The offer of a first passkey is declined, for a while."""
    csrf.require()
    if NotNowForm().validate_on_submit():
        service.decline_offer(scope(), signed_in_user().id)
    return go(wanted_next() or url_for("watchword.passkeys.passkeys"))


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
    reply, user = requests.reply_in(requests.sent()), signed_in_user()
    added = service.add(scope(), user, requests.site(), reply=reply)
    responses.keep_confirmed(added.session, remembered=user.remembered)
    flash(gettext("Your passkey is added. It signs you in from now on."), "success")
    wanted = wanted_next()
    where = codes_first(wanted) if wanted else url_for("watchword.passkeys.passkeys")
    return jsonify(passkey=added.passkey.handle, name=added.passkey.name, location=where), 201


@blueprint.route("/account/passkeys/<handle>", methods=["GET", "POST"])
@fresh_login_required
def change(handle: str) -> ResponseReturnValue:
    csrf.require_for_changes()
    held = service.get(scope(), signed_in_user().id, handle)
    form = NameForm(name=held.name)
    with form.shows_refusals():
        if form.validate_on_submit():
            service.rename(scope(), signed_in_user().id, handle, name=str(form.name.data or ""))
            flash(gettext("The name is changed."), "success")
            return go(url_for("watchword.passkeys.passkeys"))
    return form.page("watchword/passkeys/change.html", passkey=held)


@blueprint.route("/account/passkeys/<handle>/remove", methods=["POST"])
@fresh_login_required
def remove(handle: str) -> ResponseReturnValue:
    csrf.require()
    held = service.get(scope(), signed_in_user().id, handle)
    form = RemoveForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            service.remove(scope(), signed_in_user().id, handle)
            flash(gettext("The passkey is removed. It no longer signs you in."), "success")
            return go(url_for("watchword.passkeys.passkeys"))
    return form.page("watchword/passkeys/remove.html", passkey=held)
