"""A phone set up inside a sign-in: the same two pages as for who is signed in, before any session is open."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.sms_codes import set_up
from watchword.features.sms_codes.forms import ButtonForm, NumberForm, SmsCodeForm
from watchword.features.sms_codes.spending import WAIT_SECONDS
from watchword.features.two_factor.errors import SetUpNotForYou
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.redirects import go

NUMBER, PROVE = "watchword.sms_codes.first_number", "watchword.sms_codes.prove_first"
AGAIN = "watchword.sms_codes.first_again"
_OVER = (LoginNotWaiting, SetUpNotForYou)


def add_to(blueprint: FeatureBlueprint) -> None:
    """Bring these pages into the blueprint of the feature."""
    blueprint.add_url_rule("/login/set-up/phone", "first_number", first_number, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/set-up/phone/code", "prove_first", prove_first, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/set-up/phone/again", "first_again", first_again, methods=["GET", "POST"])


def first_number() -> ResponseReturnValue:
    form, waiting = NumberForm(), responses.waiting_secret()
    try:
        set_up.being_set_up(scope(), waiting)
    except _OVER as refusal:
        return responses.start_again(refusal)
    with form.shows_refusals():
        if form.validate_on_submit():
            set_up.start(scope(), waiting, str(form.number.data))
            return go(url_for(PROVE))
    return form.page("watchword/sms_codes/number.html", number_url=url_for(NUMBER))


def prove_first() -> ResponseReturnValue:
    """The code that was sent comes back; signed in by then, recovery codes come first."""
    form, waiting = SmsCodeForm(), responses.waiting_secret()
    try:
        number = set_up.being_set_up(scope(), waiting)
    except _OVER as refusal:
        return responses.start_again(refusal)
    with form.shows_refusals():
        if form.validate_on_submit():
            finished = set_up.finish(scope(), waiting, str(form.code.data))
            response = responses.follow(finished.outcome, responses.kept_next())
            if not finished.codes:
                return response
            return render_template("watchword/two_factor/codes.html", codes=finished.codes, after=response.location)
    if number is None and form.status < 400:
        return go(url_for(NUMBER))
    urls = {"number_url": url_for(NUMBER), "prove_url": url_for(PROVE), "again_url": url_for(AGAIN)}
    return form.page("watchword/sms_codes/prove.html", number=number, wait_seconds=WAIT_SECONDS, **urls)


def first_again() -> ResponseReturnValue:
    try:
        if ButtonForm().is_pressed():
            set_up.send_again(scope(), responses.waiting_secret())
    except _OVER as refusal:
        return responses.start_again(refusal)
    return go(url_for(PROVE))
