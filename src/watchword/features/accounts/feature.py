"""The nameplate of accounts."""

from __future__ import annotations

from watchword.core.feature import Feature, Notice
from watchword.features.accounts.checks import breach_list
from watchword.features.accounts.config import PasswordConfig
from watchword.features.accounts.errors import (
    AddressNotValid,
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
from watchword.features.accounts.events import AddressProved, PasswordChanged, PasswordWithdrawn, UserCreated
from watchword.features.accounts.routes import blueprint

feature = Feature(
    name="accounts",
    summary="People, their names, addresses and passwords.",
    needs=("audit", "outbox"),
    config=PasswordConfig,
    blueprint=blueprint,
    errors=(
        AddressNotValid,
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
    events=(UserCreated, PasswordChanged, PasswordWithdrawn, AddressProved),
    mails=("password_changed",),
    notices=(Notice(event=PasswordChanged, mail="accounts/password_changed"),),
    checks=(breach_list,),
)
