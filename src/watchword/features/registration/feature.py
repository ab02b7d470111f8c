"""The nameplate of registration."""

from __future__ import annotations

from watchword.core.feature import EmailConfirmation, Feature
from watchword.features.registration import routes, service
from watchword.features.registration.config import RegistrationConfig
from watchword.features.registration.errors import RegistrationClosed
from watchword.features.registration.events import Confirmed, Registered
from watchword.features.registration.worker import mail_confirmation

feature = Feature(
    name="registration",
    summary="Sign up with a name, an address and a password; a user once the address is confirmed.",
    needs=("audit", "outbox", "accounts", "sessions", "login", "email_confirmation"),
    config=RegistrationConfig,
    blueprint=routes.blueprint,
    errors=(RegistrationClosed,),
    events=(Registered, Confirmed),
    email_confirmations=(
        EmailConfirmation(
            name=routes.KIND, knows=service.knows_link, by_link=routes.confirm_by_link, by_code=routes.confirm_by_code
        ),
    ),
    mails=("confirm", "address_known"),
    jobs={"registration.mail": mail_confirmation},
    purges=(service.purge,),
)
