"""The pages of the second factor for somebody who is signed in."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login.guards import fresh_login_required
from watchword.features.sessions.guards import login_required, signed_in_user
from watchword.features.two_factor import authenticators, cases, recovery_codes, service, sign_in_routes
from watchword.features.two_factor.errors import SetUpNotStarted
from watchword.features.two_factor.forms import ButtonForm, DownloadForm, LabelForm, SetUpForm
from watchword.features.two_factor.responses import codes_or_back, to_security, way_on
from watchword.web import csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.i18n import gettext
from watchword.web.panels import panels_of
from watchword.web.redirects import go, onward_url, wanted_next

blueprint = FeatureBlueprint("two_factor", __file__)
sign_in_routes.add_to(blueprint)


@blueprint.route("/account/two-factor")
@fresh_login_required
def choose() -> ResponseReturnValue:
    """What may be set up here, the strongest first."""
    panels = panels_of("set_up", signed_in_user().id)
    return render_template("watchword/two_factor/choose_in_account.html", panels=panels, in_account=True)


@blueprint.route("/account/two-factor/start", methods=["POST"])
@fresh_login_required
def start() -> ResponseReturnValue:
    form = ButtonForm()
    with form.shows_refusals():
        if form.validate_on_submit():
            service.start_in_session(scope(), signed_in_user().id, _holder())
            return go(onward_url("watchword.two_factor.set_up"))
    return form.page("watchword/two_factor/start.html")


@blueprint.route("/account/two-factor/set-up", methods=["GET", "POST"])
@fresh_login_required
def set_up() -> ResponseReturnValue:
    """Three steps on one page: scan, name, prove. Nothing counts before the right code."""
    form = SetUpForm(label=gettext("Authenticator app"))
    user = signed_in_user()
    with form.shows_refusals():
        if form.validate_on_submit():
            code, label = str(form.code.data), str(form.label.data)
            fresh_codes, secret = service.finish_in_session(scope(), user, _holder(), code=code, label=label)
            responses.keep_confirmed(secret, remembered=user.remembered)
            flash(gettext("Your authenticator app is set up. From now on we ask for its code."), "success")
            return codes_or_back(fresh_codes)
    shown = service.set_up(scope(), user.id, _holder())
    if shown is None:
        return form.page("watchword/two_factor/start.html")
    set_up_url = onward_url("watchword.two_factor.set_up")
    return form.page("watchword/two_factor/set_up.html", shown=shown, set_up_url=set_up_url)


@blueprint.route("/account/two-factor/<handle>", methods=["GET", "POST"])
@fresh_login_required
def authenticator(handle: str) -> ResponseReturnValue:
    csrf.require_for_changes()
    user_id = signed_in_user().id
    shown = authenticators.get(scope(), user_id, handle)
    form = LabelForm(label=shown.label)
    with form.shows_refusals():
        if form.validate_on_submit():
            authenticators.rename(scope(), user_id, handle, label=str(form.label.data))
            flash(gettext("The name is changed."), "success")
            return to_security()
    return form.page("watchword/two_factor/authenticator.html", shown=shown)


@blueprint.route("/account/two-factor/<handle>/remove", methods=["GET", "POST"])
@fresh_login_required
def remove(handle: str) -> ResponseReturnValue:
    csrf.require_for_changes()
    form = ButtonForm()
    user_id = signed_in_user().id
    shown = authenticators.get(scope(), user_id, handle)
    with form.shows_refusals():
        if form.validate_on_submit():
            service.remove(scope(), user_id, handle)
            flash(gettext("The authenticator app is removed. Its codes open nothing any more."), "success")
            return to_security()
    return form.page("watchword/two_factor/remove.html", shown=shown)


@blueprint.route("/account/two-factor/recovery-codes", methods=["GET", "POST"])
@fresh_login_required
def codes() -> ResponseReturnValue:
    """How many are left; a new set is shown in the answer itself, once."""
    form = ButtonForm()
    user_id = signed_in_user().id
    with form.shows_refusals():
        if form.validate_on_submit():
            return codes_or_back(service.new_recovery_codes(scope(), user_id))
    left = recovery_codes.left(scope(), user_id)
    shown = {"left": left, "many": recovery_codes.MANY, "after": way_on(), "next": wanted_next()}
    return form.page("watchword/two_factor/recovery_codes.html", **shown)


@blueprint.route("/account/two-factor/recovery-codes/download", methods=["POST"])
@login_required
def download() -> ResponseReturnValue:
    """The codes that were just shown, as a file. They come from the page: nobody can read them a second time here."""
    csrf.require()
    form = DownloadForm()
    shown = str(form.codes.data or "").split()
    if not form.validate_on_submit() or not all(recovery_codes.looks_like_one(code) for code in shown):
        raise SetUpNotStarted
    response: Response = make_response("\r\n".join(shown) + "\r\n")
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


@blueprint.route("/account/two-factor/reset/stop", methods=["POST"])
@login_required
def stop_reset() -> ResponseReturnValue:
    """Whoever is signed in may keep the factors: no fresh proof is wanted for what takes nothing away."""
    csrf.require()
    cases.stop(scope(), signed_in_user().id, by="owner")
    flash(gettext("Your second step stays."), "success")
    return to_security()


def _holder() -> str:
    return service.holder_of_session(signed_in_user().session)
