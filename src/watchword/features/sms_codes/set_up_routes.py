"""A phone set up inside a sign-in: the same two pages as for who is signed in, before any session is open."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.sms_codes import set_up
from watchword.features.sms_codes.forms import ButtonForm, NumberForm, SmsCodeForm
from watchword.features.sms_codes.spending import WAIT_SECONDS
from watchword.features.two_factor.responses import NOTHING_TO_SET_UP, show_codes
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.redirects import go

NUMBER, PROVE = "watchword.sms_codes.first_number", "watchword.sms_codes.prove_first"
AGAIN = "watchword.sms_codes.first_again"


def add_to(blueprint: FeatureBlueprint) -> None:
    """Bring these pages into the blueprint of the feature."""
    blueprint.add_url_rule("/login/set-up/phone", "first_number", first_number, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/set-up/phone/code", "prove_first", prove_first, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/set-up/phone/again", "first_again", first_again, methods=["GET", "POST"])


@responses.starts_again_on(*NOTHING_TO_SET_UP)
def first_number() -> ResponseReturnValue:
    form, waiting = NumberForm(), responses.waiting_secret()
    login.who_sets_up(scope(), waiting)  # nobody else sees the page
    with form.shows_refusals():
        if form.validate_on_submit():
            set_up.start(scope(), waiting, str(form.number.data))
            return go(url_for(PROVE))
    return form.page("watchword/sms_codes/number.html", number_url=url_for(NUMBER))


@responses.starts_again_on(*NOTHING_TO_SET_UP)
def prove_first() -> ResponseReturnValue:
    """The code that was sent comes back; signed in by then, recovery codes come first."""
    form, waiting = SmsCodeForm(), responses.waiting_secret()
    number = set_up.being_set_up(scope(), waiting)
    with form.shows_refusals():
        if form.validate_on_submit():
            return show_codes(set_up.finish(scope(), waiting, str(form.code.data)))
    if number is None and form.status < 400:
        return go(url_for(NUMBER))
    urls = {"number_url": url_for(NUMBER), "prove_url": url_for(PROVE), "again_url": url_for(AGAIN)}
    return form.page("watchword/sms_codes/prove.html", number=number, wait_seconds=WAIT_SECONDS, **urls)


@responses.starts_again_on(*NOTHING_TO_SET_UP)
def first_again() -> ResponseReturnValue:
    if ButtonForm().is_pressed():
        set_up.send_again(scope(), responses.waiting_secret())
    return go(url_for(PROVE))
