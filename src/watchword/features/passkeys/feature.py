"""The nameplate of passkeys."""

from __future__ import annotations

from watchword.core.feature import Feature
from watchword.features.passkeys import service
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
from watchword.features.passkeys.routes import blueprint

feature = Feature(
    name="passkeys",
    summary="Sign in with a touch: passkeys as the first proof or the second step.",
    needs=("audit", "outbox", "accounts", "sessions", "login"),
    config=PasskeysConfig,
    blueprint=blueprint,
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
    undoes={"passkeys.added": service.undo_added},
    drop_added_since=service.drop_added_since,
    exports=service.held_about,
    purges=(service.purge,),
)
