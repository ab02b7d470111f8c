"""The nameplate of registration."""

from __future__ import annotations

from watchword.core.feature import Feature
from watchword.features.registration import service
from watchword.features.registration.config import RegistrationConfig
from watchword.features.registration.errors import ConfirmationNotValid, RegistrationClosed, WrongConfirmationCode
from watchword.features.registration.events import Confirmed, Registered
from watchword.features.registration.routes import blueprint
from watchword.features.registration.worker import mail_confirmation

feature = Feature(
    name="registration",
    summary="Sign up with a name, an address and a password; a user once the address is confirmed.",
    needs=("audit", "outbox", "accounts", "sessions", "login"),
    config=RegistrationConfig,
    blueprint=blueprint,
    errors=(ConfirmationNotValid, WrongConfirmationCode, RegistrationClosed),
    events=(Registered, Confirmed),
    mails=("confirm", "address_known"),
    jobs={"registration.mail": mail_confirmation},
    purges=(service.purge,),
)
