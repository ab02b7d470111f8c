"""What operators watch of the outbox."""

from __future__ import annotations

from collections.abc import Iterator

from watchword.core.measures import Measure
from watchword.core.scope import Scope
from watchword.features.outbox import service
from watchword.features.outbox.models import DEAD, WAITING

_STATES = {WAITING: "waiting", DEAD: "given_up"}


def age_and_depth(scope: Scope) -> Iterator[Measure]:
    """How long the oldest row has waited; how many wait, and how many were given up, by kind of job."""
    yield Measure(
        name="outbox_oldest_waiting_seconds",
        help="How long the oldest mail or job has waited. Grows without end when no worker runs.",
        value=service.oldest_waiting_seconds(scope),
    )
    for (state, job), count in service.depth(scope).items():
        labels = {"state": _STATES[state], "job": job}
        yield Measure(name="outbox_rows", help="Mails and jobs that are not done.", value=count, labels=labels)
