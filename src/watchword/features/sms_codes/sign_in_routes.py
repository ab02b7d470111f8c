"""The second step by a code that is sent: nothing leaves before somebody asks for it by a button."""

from __future__ import annotations

from http import HTTPStatus

from flask import url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.sms_codes import service
from watchword.features.sms_codes.errors import SmsNotOffered
from watchword.features.sms_codes.forms import ButtonForm, SmsCodeForm
from watchword.features.sms_codes.spending import WAIT_SECONDS
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.redirects import go

ASK = "watchword.sms_codes.ask"


def add_to(blueprint: FeatureBlueprint) -> None:
    """Bring these pages into the blueprint of the feature."""
    blueprint.add_url_rule("/login/sms", "ask", ask, methods=["GET", "POST"])
    blueprint.add_url_rule("/login/sms/send", "send", send, methods=["GET", "POST"])


@responses.starts_again_on(LoginNotWaiting, SmsNotOffered)
def ask() -> ResponseReturnValue:
    form, waiting = SmsCodeForm(), responses.waiting_secret()
    shown = service.at_login(scope(), waiting, ASK)
    with form.shows_refusals():
        if form.validate_on_submit():
            code, trusts = str(form.code.data), bool(form.trust.data)
            outcome = service.finish_login(scope(), waiting, code, trust_browser=trusts)
            return responses.follow(outcome, responses.kept_next())
    left = login.tries_left(scope(), waiting) if form.status >= HTTPStatus.BAD_REQUEST else None
    values = {"shown": shown, "trust_days": login.trust_days(scope()), "wait_seconds": WAIT_SECONDS, "tries_left": left}
    return form.page("watchword/sms_codes/ask.html", **values)


@responses.starts_again_on(LoginNotWaiting, SmsNotOffered)
def send() -> ResponseReturnValue:
    if ButtonForm().is_pressed():
        service.send_at_login(scope(), responses.waiting_secret())
    return go(url_for(ASK))
