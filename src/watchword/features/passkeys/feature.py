"""The nameplate of passkeys."""

from __future__ import annotations

from watchword.core.feature import ConfirmMethod, Feature, Notice, Panel, SecondFactor, WayIn
from watchword.core.texts import N_
from watchword.features.passkeys import confirming, invitation, panel, service, sign_in_routes
from watchword.features.passkeys.config import PasskeysConfig
from watchword.features.passkeys.errors import (
    ChallengeNotValid,
    NameNotValid,
    PasskeyExists,
    PasskeyNotAccepted,
    PasskeyNotFound,
    PasskeyUnknown,
    TooManyPasskeys,
)
from watchword.features.passkeys.events import CopiedPasskeyShown, PasskeyAdded, PasskeyRemoved, PasskeyRenamed
from watchword.features.passkeys.routes import blueprint, well_known

STRENGTH = 100  # nothing that can be typed on the wrong site is stronger

feature = Feature(
    name="passkeys",
    summary="Sign in with a touch: passkeys as the first proof or the second step.",
    needs=("audit", "outbox", "accounts", "sessions", "login"),
    config=PasskeysConfig,
    blueprint=blueprint,
    root_blueprint=well_known,
    errors=(
        ChallengeNotValid,
        NameNotValid,
        PasskeyExists,
        PasskeyNotAccepted,
        PasskeyNotFound,
        PasskeyUnknown,
        TooManyPasskeys,
    ),
    events=(PasskeyAdded, PasskeyRenamed, PasskeyRemoved, CopiedPasskeyShown),
    mails=("passkey_added", "passkey_removed", "passkey_copied"),
    ways_in=(
        WayIn(
            name=sign_in_routes.WAY,
            label=N_("Sign in with a passkey"),
            endpoint="watchword.passkeys.answer",
            template="watchword/passkeys/way_in.html",
            has=service.has_any,
        ),
    ),
    second_factors=(
        SecondFactor(
            proof="hwk", label=N_("Passkey"), endpoint=sign_in_routes.STEP, strength=STRENGTH, has=service.has_any
        ),
    ),
    confirm_methods=(
        ConfirmMethod(
            name="passkey",
            label=N_("Your passkey"),
            template="watchword/passkeys/confirm.html",
            strength=STRENGTH,
            offered=service.has_any,
            check=confirming.check,
        ),
    ),
    panels=(
        Panel(page="security", template="watchword/passkeys/panel.html", rank=10, values=panel.values),
        Panel(page="set_up", template="watchword/passkeys/choose.html", rank=10),
    ),
    invites=invitation.line,
    notices=(
        Notice(event=PasskeyAdded, mail="passkeys/passkey_added", undo="passkeys.added"),
        Notice(event=PasskeyRemoved, mail="passkeys/passkey_removed"),
        Notice(event=CopiedPasskeyShown, mail="passkeys/passkey_copied"),
    ),
    undoes={"passkeys.added": service.undo_added},
    drop_added_since=service.drop_added_since,
    exports=service.held_about,
    purges=(service.purge,),
)
