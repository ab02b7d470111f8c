"""The nameplate of the audit log."""

from __future__ import annotations

from watchword.core.events import Event, LimitReached
from watchword.core.feature import Feature
from watchword.features.audit import service
from watchword.features.audit.config import AuditConfig

feature = Feature(
    name="audit",
    summary="Every event, in one table that only grows.",
    config=AuditConfig,
    events=(LimitReached,),
    listeners=((Event, service.record),),
    exports=service.held_about,
    purges=(service.purge,),
)
