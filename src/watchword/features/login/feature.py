"""The nameplate of login."""

from __future__ import annotations

from watchword.core.feature import Feature, Notice
from watchword.features.login import devices, service
from watchword.features.login.config import LoginConfig
from watchword.features.login.errors import LoginNotWaiting, SecondStepNotPossible, WrongSignIn
from watchword.features.login.events import SecondStepClosed, SignedInEvent, SignInRefused
from watchword.features.login.routes import blueprint

feature = Feature(
    name="login",
    summary="The one way in, with limits for guessers and none for the owner.",
    needs=("audit", "accounts", "sessions"),
    config=LoginConfig,
    blueprint=blueprint,
    errors=(WrongSignIn, LoginNotWaiting, SecondStepNotPossible),
    events=(SignedInEvent, SignInRefused, SecondStepClosed),
    mails=("second_step_closed",),
    notices=(Notice(event=SecondStepClosed, mail="login/second_step_closed"),),
    purges=(service.purge, devices.purge),
    sign_in_endpoint="watchword.login.sign_in",
)
