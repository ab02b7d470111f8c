"""The nameplate of my_account."""

from __future__ import annotations

from watchword.core.feature import Feature, MenuEntry
from watchword.core.texts import N_
from watchword.features.my_account.errors import SamePassword, WrongCurrentPassword
from watchword.features.my_account.last_step import CHOOSE_ANOTHER
from watchword.features.my_account.routes import blueprint, well_known

feature = Feature(
    name="my_account",
    summary="Profile, password and devices, managed by their owner.",
    needs=("audit", "outbox", "accounts", "sessions", "login"),
    blueprint=blueprint,
    root_blueprint=well_known,
    errors=(WrongCurrentPassword, SamePassword),
    last_steps=(CHOOSE_ANOTHER,),
    menu=(
        MenuEntry(label=N_("Profile"), endpoint="watchword.my_account.profile", icon="user", rank=10),
        MenuEntry(label=N_("Security"), endpoint="watchword.my_account.security", icon="shield", rank=20),
        MenuEntry(label=N_("Devices"), endpoint="watchword.my_account.devices", icon="laptop", rank=30),
    ),
)
