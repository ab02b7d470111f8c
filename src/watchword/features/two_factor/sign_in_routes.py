"""The pages of the second factor inside a sign-in, before any session is open."""

from __future__ import annotations

from http import HTTPStatus

from flask import request, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.two_factor import service
from watchword.features.two_factor.forms import ButtonForm, CodeForm, SetUpForm
from watchword.features.two_factor.responses import NOTHING_TO_SET_UP, show_codes
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.forms import FeatureForm
from watchword.web.i18n import gettext
from watchword.web.panels import panels_of
from watchword.web.redirects import go

ASK = "watchword.two_factor.ask"
SET_UP = "watchword.two_factor.set_up_first"


def add_to(blueprint: FeatureBlueprint) -> None:
    """Bring these pages into the blueprint of the feature."""
    blueprint.add_url_rule("/login/code", "ask", ask, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/set-up", "set_up_first", set_up_first, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/set-up/start", "start_first", start_first, methods=["POST"])


@responses.starts_again_on(LoginNotWaiting)
def ask() -> ResponseReturnValue:
    """One field for the code of an app or a recovery code."""
    form = CodeForm()
    waiting = responses.waiting_secret()
    shown = service.at_login(scope(), waiting, ASK)
    with form.shows_refusals():
        if form.validate_on_submit():
            code, trusts = str(form.code.data), bool(form.trust.data)
            outcome = service.finish_login(scope(), waiting, code, trust_browser=trusts)
            return responses.follow(outcome, responses.kept_next())
    trust_days = login.trust_days(scope()) if shown.has_app else 0  # a recovery code makes no browser trusted
    left = login.tries_left(scope(), waiting) if form.status >= HTTPStatus.BAD_REQUEST else None
    return form.page("watchword/two_factor/ask.html", shown=shown, trust_days=trust_days, tries_left=left)


@responses.starts_again_on(*NOTHING_TO_SET_UP)
def start_first() -> ResponseReturnValue:
    form, waiting = ButtonForm(), responses.waiting_secret()
    with form.shows_refusals():
        if form.validate_on_submit():
            service.start_at_login(scope(), waiting)
            return go(url_for(SET_UP))
    return _choose(form, service.who_sets_up(scope(), waiting))


@responses.starts_again_on(*NOTHING_TO_SET_UP)
def set_up_first() -> ResponseReturnValue:
    """Everyone here needs a second factor, and this person has none yet: they choose one, or go on with an app."""
    form = SetUpForm(label=gettext("Authenticator app"))
    waiting = responses.waiting_secret()
    user_id = service.who_sets_up(scope(), waiting)
    shown = service.set_up(scope(), user_id, service.holder_of_login(waiting))
    with form.shows_refusals():
        if form.validate_on_submit():
            code, label = str(form.code.data), str(form.label.data)
            return show_codes(service.finish_at_login(scope(), waiting, code=code, label=label))
    if shown is None or "choose" in request.args:
        return _choose(form, user_id)
    return form.page("watchword/two_factor/set_up.html", shown=shown, set_up_url=url_for(SET_UP))


def _choose(form: FeatureForm, user_id: int) -> ResponseReturnValue:
    return form.page("watchword/two_factor/choose.html", panels=panels_of("set_up", user_id))
