"""The nameplate of sessions."""

from __future__ import annotations

from watchword.core.feature import Feature, Notice
from watchword.features.sessions import service
from watchword.features.sessions.config import SessionConfig
from watchword.features.sessions.errors import NotSignedIn, SessionNotFound
from watchword.features.sessions.events import OldSecretShown, SessionEnded, SessionsEnded
from watchword.features.sessions.routes import blueprint

feature = Feature(
    name="sessions",
    summary="Who is signed in, where; ended at once from anywhere.",
    needs=("audit", "outbox", "accounts"),
    config=SessionConfig,
    blueprint=blueprint,
    errors=(NotSignedIn, SessionNotFound),
    events=(SessionEnded, SessionsEnded, OldSecretShown),
    mails=("session_ended",),
    notices=(Notice(event=OldSecretShown, mail="sessions/session_ended"),),
    exports=service.held_about,
    purges=(service.purge,),
    visitor=service.visitor,
)
