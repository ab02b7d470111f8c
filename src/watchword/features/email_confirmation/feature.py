"""The nameplate of email_confirmation."""

from __future__ import annotations

from watchword.core.feature import Feature
from watchword.features.email_confirmation.errors import ConfirmationNotValid, WrongConfirmationCode
from watchword.features.email_confirmation.routes import blueprint

feature = Feature(
    name="email_confirmation",
    summary="One page for all links and codes that confirm a mail address.",
    needs=("login",),
    blueprint=blueprint,
    errors=(ConfirmationNotValid, WrongConfirmationCode),
)
