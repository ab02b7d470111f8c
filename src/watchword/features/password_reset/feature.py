"""The nameplate of password_reset."""

from __future__ import annotations

from watchword.core.feature import Feature
from watchword.features.password_reset import service
from watchword.features.password_reset.config import PasswordResetConfig
from watchword.features.password_reset.errors import ResetCodeDead, ResetLinkNotValid, WrongResetCode
from watchword.features.password_reset.events import PasswordWasReset, ResetAsked, ResetLinkSent
from watchword.features.password_reset.routes import blueprint
from watchword.features.password_reset.worker import mail_link

feature = Feature(
    name="password_reset",
    summary="A link by mail, once, for a short time.",
    needs=("audit", "outbox", "accounts", "sessions", "login"),
    config=PasswordResetConfig,
    blueprint=blueprint,
    errors=(ResetLinkNotValid, WrongResetCode, ResetCodeDead),
    events=(ResetAsked, ResetLinkSent, PasswordWasReset),
    mails=("reset_link",),
    jobs={service.JOB: mail_link},
    purges=(service.purge,),
)
