"""The nameplate of login."""

from __future__ import annotations

from watchword.core.events import FactorsChanged
from watchword.core.feature import ConfirmMethod, Feature, Notice
from watchword.core.texts import N_
from watchword.features.login import devices, service, trust
from watchword.features.login.config import LoginConfig
from watchword.features.login.errors import (
    LastWayIn,
    LoginNotFresh,
    LoginNotWaiting,
    MethodNotOffered,
    SecondStepNotPossible,
    WrongPassword,
    WrongSignIn,
)
from watchword.features.login.events import (
    BrowserTrusted,
    ClosedToUnknownDevices,
    DeviceForgotten,
    IdentityConfirmed,
    NewDeviceSeen,
    SecondStepClosed,
    SignedInEvent,
    SignInRefused,
    TrustEnded,
)
from watchword.features.login.routes import blueprint

feature = Feature(
    name="login",
    summary="The one way in, with limits for guessers and none for the owner.",
    needs=("audit", "accounts", "sessions"),
    config=LoginConfig,
    blueprint=blueprint,
    errors=(
        WrongSignIn,
        LoginNotWaiting,
        LoginNotFresh,
        MethodNotOffered,
        SecondStepNotPossible,
        WrongPassword,
        LastWayIn,
    ),
    events=(
        SignedInEvent,
        NewDeviceSeen,
        SignInRefused,
        SecondStepClosed,
        IdentityConfirmed,
        ClosedToUnknownDevices,
        DeviceForgotten,
        BrowserTrusted,
        TrustEnded,
    ),
    mails=("new_device", "second_step_closed", "closed_to_unknown_devices", "browser_trusted"),
    notices=(
        Notice(event=NewDeviceSeen, mail="login/new_device"),
        Notice(event=SecondStepClosed, mail="login/second_step_closed"),
        Notice(event=ClosedToUnknownDevices, mail="login/closed_to_unknown_devices"),
        Notice(event=BrowserTrusted, mail="login/browser_trusted"),
    ),
    confirm_methods=(
        ConfirmMethod(
            name="password",
            label=N_("Your password"),
            template="watchword/login/confirm_password.html",
            strength=10,
            offered=service.has_password,
            check=service.check_password,
        ),
    ),
    listeners=((FactorsChanged, trust.hear_of_change),),
    exports=devices.held_about,
    purges=(service.purge, devices.purge),
    sign_in_endpoint="watchword.login.sign_in",
)
