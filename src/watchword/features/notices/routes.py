"""What the link in a notice leads to: "this wasn't me", without signing in."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login.guards import fresh_login_required
from watchword.features.notices import doubts, service
from watchword.features.notices.errors import SecureLinkNotValid
from watchword.features.notices.forms import DoubtForm, SecureForm
from watchword.features.notices.service import Secured, Told
from watchword.features.password_reset.responses import check_inbox
from watchword.features.sessions.guards import signed_in_user
from watchword.web import cookies, csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.clients import client_of
from watchword.web.current import scope
from watchword.web.headers import hide_address
from watchword.web.i18n import gettext
from watchword.web.redirects import go
from watchword.web.setup import setup

blueprint = FeatureBlueprint("notices", __file__)
_LONGEST_TOKEN = 512


@blueprint.route("/secure-account/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Move the token out of the URL, so that it doesn't leak through Referer, history or logs. Consumes nothing."""
    hide_address()
    if len(token) <= _LONGEST_TOKEN:
        cookies.pre_set(secure=token)
    return go(url_for("watchword.notices.secure"))


@blueprint.route("/secure-account", methods=["GET", "POST"])
def secure() -> ResponseReturnValue:
    form = SecureForm()
    signed = str(cookies.pre().get("secure") or "")
    try:
        told = service.find(scope(), signed)
        if form.validate_on_submit():
            secured = service.secure(scope(), signed)
            cookies.pre_set(secure=None)
            flash(*_outcome(secured))
            return check_inbox(secured.browser, secured.email)
    except SecureLinkNotValid:
        csrf.require_for_changes()
        cookies.pre_set(secure=None)
        return render_template("watchword/notices/link_not_valid.html"), 404
    client = asdict(client_of(told.user_agent))
    return form.page("watchword/notices/secure.html", told=told, title=_title(told), client=client)


@blueprint.route("/account/activity/not-me", methods=["POST"])
@fresh_login_required
def doubt() -> ResponseReturnValue:
    """Begin the same walk from a line of one's own activity; nothing is undone before its button."""
    csrf.require()
    form = DoubtForm()
    if not form.validate_on_submit():
        raise SecureLinkNotValid
    token = doubts.doubt(scope(), signed_in_user().id, str(form.event.data), at=form.moment())
    cookies.pre_set(secure=token)
    return go(url_for("watchword.notices.secure"))


def _outcome(secured: Secured) -> tuple[str, str]:
    """What to tell the owner, and how: what is left to do must not look done."""
    if not secured.address_is_back:
        text = gettext(
            "Everybody is signed out, but your old address belongs to another account by now, so this account has no "
            "address for now. Choose a new password, sign in with your user name, and give it an address: until then "
            "nothing that happens in it is mailed to anybody."
        )
    elif not secured.is_undone:
        text = gettext(
            "Everybody is signed out, but the change itself could not be undone. Choose a new password, sign in, and "
            "look through your account."
        )
    else:
        return gettext("Your account is safe: everybody is signed out. Now choose a new password."), "success"
    return text, "danger"


def _title(told: Told) -> str:
    titles = {event.name: event.title for each in setup().features for event in each.events}
    return gettext(titles.get(told.event) or "Something happened in your account")
