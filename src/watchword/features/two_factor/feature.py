"""The nameplate of the second factor."""

from __future__ import annotations

from watchword.core.feature import ConfirmMethod, Feature, Notice, Panel, Sealed, SecondFactor
from watchword.core.texts import N_
from watchword.features.login.events import IdentityConfirmed, SignedInEvent
from watchword.features.two_factor import authenticators, cases, recovery_codes, service, telling
from watchword.features.two_factor.cli import reset_second_factor
from watchword.features.two_factor.config import TwoFactorConfig
from watchword.features.two_factor.errors import (
    AuthenticatorNotFound,
    CaseNotOpen,
    CaseOpenAlready,
    CodeUsed,
    LastSecondFactor,
    NoSecondFactor,
    NothingToReset,
    OwnerKnows,
    SecondFactorMissing,
    SetUpNotForYou,
    SetUpNotStarted,
    TooManyAuthenticators,
    WrongCode,
)
from watchword.features.two_factor.events import (
    AuthenticatorAdded,
    AuthenticatorRemoved,
    OwnerReminded,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    ResetAnnounced,
    ResetAsked,
    ResetDone,
    ResetStopped,
)
from watchword.features.two_factor.models import Authenticator, RecoveryCode, WaitingAuthenticator
from watchword.features.two_factor.panel import check_values, panel_values
from watchword.features.two_factor.routes import blueprint
from watchword.features.two_factor.steps import SetUpStep

feature = Feature(
    name="two_factor",
    summary="A code of an authenticator app as second step, with recovery codes for the day the phone is gone.",
    needs=("audit", "outbox", "accounts", "sessions", "login", "my_account"),
    config=TwoFactorConfig,
    blueprint=blueprint,
    errors=(
        WrongCode,
        CodeUsed,
        SetUpNotStarted,
        SetUpNotForYou,
        AuthenticatorNotFound,
        TooManyAuthenticators,
        LastSecondFactor,
        NoSecondFactor,
        SecondFactorMissing,
        NothingToReset,
        CaseOpenAlready,
        CaseNotOpen,
        OwnerKnows,
    ),
    events=(
        AuthenticatorAdded,
        AuthenticatorRemoved,
        RecoveryCodesMade,
        RecoveryCodeUsed,
        ResetAsked,
        ResetAnnounced,
        OwnerReminded,
        ResetStopped,
        ResetDone,
    ),
    mails=(
        "authenticator_added",
        "authenticator_removed",
        "recovery_codes_made",
        "recovery_code_used",
        "reset_asked",
        "reset_comes_near",
        "reset_stopped",
        "reset_done",
    ),
    listeners=((SignedInEvent, cases.hear_sign_in), (IdentityConfirmed, cases.hear_confirmed)),
    login_steps=(SetUpStep(),),
    second_factors=(
        SecondFactor(
            proof="otp",
            label=N_("Use your authenticator app"),
            endpoint="watchword.two_factor.ask",
            strength=service.APP_STRENGTH,
            has=service.has_app,
        ),
        SecondFactor(
            proof="otp",
            label=N_("Use a recovery code"),
            endpoint="watchword.two_factor.ask",
            strength=service.RECOVERY_STRENGTH,
            has=service.has_recovery_codes,
            stands_in=True,
        ),
    ),
    confirm_methods=(
        ConfirmMethod(
            name="authenticator",
            label=N_("Your authenticator app"),
            template="watchword/two_factor/confirm_code.html",
            strength=service.APP_STRENGTH,
            offered=service.has_app,
            check=service.confirm,
        ),
    ),
    panels=(
        Panel(page="security", template="watchword/two_factor/check.html", rank=0, values=check_values),
        Panel(page="security", template="watchword/two_factor/panel.html", rank=50, values=panel_values),
        Panel(page="set_up", template="watchword/two_factor/choose_app.html", rank=50),
    ),
    policies={
        "needs_second_factor": service.is_required_of,
        "last_of_a_factor_goes": service.last_of_a_kind_goes,
        "sets_up_first": service.who_sets_up,
    },
    notices=(
        Notice(event=AuthenticatorAdded, mail="two_factor/authenticator_added", undo="two_factor.authenticator_added"),
        Notice(event=AuthenticatorRemoved, mail="two_factor/authenticator_removed"),
        Notice(event=RecoveryCodesMade, mail="two_factor/recovery_codes_made"),
        Notice(event=RecoveryCodeUsed, mail="two_factor/recovery_code_used"),
        Notice(
            event=ResetAsked,
            mail="two_factor/reset_asked",
            undo="two_factor.reset_asked",
            always=True,
            left=telling.mail_left,
        ),
        Notice(event=OwnerReminded, mail="two_factor/reset_comes_near", undo="two_factor.reset_asked", always=True),
        Notice(event=ResetStopped, mail="two_factor/reset_stopped"),
        Notice(event=ResetDone, mail="two_factor/reset_done", always=True),
    ),
    undoes={"two_factor.authenticator_added": service.take_back_added, "two_factor.reset_asked": cases.take_back},
    drop_added_since=service.drop_added_since,
    exports=service.held_about,
    reseals=(
        Sealed(column=Authenticator.secret, purpose=authenticators.PURPOSE),
        Sealed(column=WaitingAuthenticator.secret, purpose=authenticators.PURPOSE),
        Sealed(column=RecoveryCode.sealed, purpose=recovery_codes.PURPOSE),
    ),
    purges=(authenticators.purge, telling.remind_due, cases.carry_out_due),
    checks=(telling.owners_not_told,),
    commands=(reset_second_factor,),
)
