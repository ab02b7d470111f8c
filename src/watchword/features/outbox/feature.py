"""The nameplate of the outbox."""

from __future__ import annotations

from watchword.core.feature import Feature, Sealed
from watchword.features.outbox import checks, measures, service
from watchword.features.outbox.config import OutboxConfig
from watchword.features.outbox.events import JobDropped, JobGivenUp
from watchword.features.outbox.models import OutboxRow
from watchword.features.outbox.routes import blueprint

feature = Feature(
    name="outbox",
    summary="Mails wait in the database until their change is committed, then a worker carries them.",
    needs=("audit",),
    config=OutboxConfig,
    blueprint=blueprint,
    events=(JobGivenUp, JobDropped),
    reseals=(Sealed(column=OutboxRow.payload, purpose=service.PURPOSE),),
    purges=(service.purge,),
    checks=(checks.waits,),
    measures=(measures.age_and_depth,),
)
