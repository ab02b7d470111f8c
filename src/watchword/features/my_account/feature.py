"""The nameplate of my_account."""

from __future__ import annotations

from watchword.core.feature import EmailConfirmation, Feature, MenuEntry, Notice
from watchword.core.texts import N_
from watchword.features.my_account import address, closing, routes
from watchword.features.my_account.config import AccountConfig
from watchword.features.my_account.errors import SameAddress, SamePassword, WrongCurrentPassword
from watchword.features.my_account.events import (
    AccountClosing,
    AccountKept,
    AddressChangeAsked,
    AddressChanged,
    AddressNotRestored,
    AddressRestored,
    DataExported,
    UserNameChanged,
)
from watchword.features.my_account.last_step import CHOOSE_ANOTHER
from watchword.features.my_account.worker import mail_address

feature = Feature(
    name="my_account",
    summary="Profile, address, password and devices, managed by their owner.",
    needs=("audit", "outbox", "accounts", "sessions", "login", "email_confirmation"),
    config=AccountConfig,
    blueprint=routes.blueprint,
    root_blueprint=routes.well_known,
    errors=(WrongCurrentPassword, SamePassword, SameAddress),
    events=(
        AddressChangeAsked,
        AddressChanged,
        AddressRestored,
        AddressNotRestored,
        UserNameChanged,
        AccountClosing,
        AccountKept,
        DataExported,
    ),
    mails=(
        "confirm_address",
        "address_known",
        "address_change_asked",
        "address_changed",
        "user_name_changed",
        "account_closing",
        "account_kept",
        "data_exported",
    ),
    jobs={address.JOB: mail_address},
    email_confirmations=(
        EmailConfirmation(
            name=routes.ADDRESS,
            knows=address.knows_link,
            by_link=routes.confirm_address_by_link,
            by_code=routes.confirm_address_by_code,
        ),
    ),
    notices=(
        Notice(event=AddressChangeAsked, mail="my_account/address_change_asked", undo="address_change"),
        Notice(event=AddressChanged, mail="my_account/address_changed", undo="address_change"),
        Notice(event=UserNameChanged, mail="my_account/user_name_changed"),
        Notice(event=AccountClosing, mail="my_account/account_closing", undo="closing"),
        Notice(event=AccountKept, mail="my_account/account_kept"),
        Notice(event=DataExported, mail="my_account/data_exported"),
    ),
    undoes={"address_change": address.take_back, "closing": closing.take_back},
    drop_added_since=closing.drop_begun_since,
    policies={
        "address_at": address.address_at,
        "addresses_between": address.addresses_between,
        "restore_address": address.restore,
    },
    login_steps=(closing.CLOSING,),
    last_steps=(CHOOSE_ANOTHER,),
    exports=address.held_about,
    purges=(address.purge,),
    menu=(
        MenuEntry(label=N_("Profile"), endpoint="watchword.my_account.profile", icon="user", rank=10),
        MenuEntry(label=N_("Security"), endpoint="watchword.my_account.security", icon="shield", rank=20),
        MenuEntry(label=N_("Devices"), endpoint="watchword.my_account.devices", icon="laptop", rank=30),
        MenuEntry(label=N_("Your data"), endpoint="watchword.my_account.export", icon="info", rank=90),
    ),
)
