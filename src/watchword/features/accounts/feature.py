"""The nameplate of accounts."""

from __future__ import annotations

from watchword.core.feature import Feature, Notice
from watchword.features.accounts import service
from watchword.features.accounts.checks import breach_list
from watchword.features.accounts.config import PasswordConfig
from watchword.features.accounts.errors import (
    AddressNotValid,
    CredentialsChanged,
    PasswordKnown,
    PasswordLikeYou,
    PasswordNotReadable,
    PasswordTooLong,
    PasswordTooShort,
    PasswordTooSimple,
    PasswordWeak,
    UserNameNotAllowed,
    UserNameReserved,
    UserNameTaken,
)
from watchword.features.accounts.events import (
    AccountClosed,
    AddressProved,
    PasswordChanged,
    PasswordWithdrawn,
    UserCreated,
)
from watchword.features.accounts.routes import blueprint

feature = Feature(
    name="accounts",
    summary="People, their names, addresses and passwords.",
    needs=("audit", "outbox"),
    config=PasswordConfig,
    blueprint=blueprint,
    errors=(
        AddressNotValid,
        CredentialsChanged,
        PasswordKnown,
        PasswordLikeYou,
        PasswordNotReadable,
        PasswordTooLong,
        PasswordTooShort,
        PasswordTooSimple,
        PasswordWeak,
        UserNameNotAllowed,
        UserNameReserved,
        UserNameTaken,
    ),
    exports=service.held_about,
    purges=(service.close_due,),
    events=(UserCreated, PasswordChanged, PasswordWithdrawn, AddressProved, AccountClosed),
    mails=("password_changed",),
    notices=(Notice(event=PasswordChanged, mail="accounts/password_changed"),),
    checks=(breach_list,),
)
