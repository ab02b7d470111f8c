"""After the commit every event is also sent as a Flask signal, for hosts that listen that way."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from blinker import Namespace
from flask import current_app

from watchword.core.events import Event
from watchword.core.failures import log_failure

log = logging.getLogger("watchword.web")

event_happened = Namespace().signal("watchword-event")
"""Sent with the app as sender and `event=`; the change is committed already."""


def announce(events: Sequence[Event]) -> None:
    """Tell the signal's receivers. One that fails is logged: it can't break what is done already."""
    for event in events:
        for receiver in event_happened.receivers_for(current_app._get_current_object()):  # type: ignore[attr-defined]
            try:
                receiver(current_app, event=event)
            except Exception as error:  # noqa: BLE001 - whatever a host's receiver raises
                log_failure(log, error, f"a receiver of {event.name} failed")
