"""The nameplate of login."""

from __future__ import annotations

from watchword.core.feature import Feature
from watchword.features.login import devices, service
from watchword.features.login.config import LoginConfig
from watchword.features.login.errors import LoginNotWaiting, WrongSignIn
from watchword.features.login.events import SignedInEvent, SignInRefused
from watchword.features.login.routes import blueprint

feature = Feature(
    name="login",
    summary="The one way in, with limits for guessers and none for the owner.",
    needs=("audit", "accounts", "sessions"),
    config=LoginConfig,
    blueprint=blueprint,
    errors=(WrongSignIn, LoginNotWaiting),
    events=(SignedInEvent, SignInRefused),
    purges=(service.purge, devices.purge),
    sign_in_endpoint="watchword.login.sign_in",
)
