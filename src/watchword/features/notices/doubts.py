"""A line of one's own activity that "wasn't me": the walk of the mailed notice, begun by who is signed in.

It needs a fresh proof at the level of the account, for it drops what was added since: else whoever finds the browser
open could take a factor away. Nothing more than by a mailed notice is undone, and the way back leads by mail as ever.
"""

from __future__ import annotations

from datetime import datetime

from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.service import Person
from watchword.features.audit import service as audit
from watchword.features.audit.service import Entry
from watchword.features.notices import service
from watchword.features.notices.addresses import BEFORE, address_at
from watchword.features.notices.errors import SecureLinkNotValid
from watchword.features.notices.service import Told


def may_be_doubted(scope: Scope, at: datetime) -> bool:
    """Whether "this wasn't me" still takes back what happened then: as long as the link of a notice does."""
    return at > scope.now - service.LIFETIME


def doubt(scope: Scope, user_id: int, event: str, *, at: datetime) -> str:
    """The token of a link for what *user_id* saw in their activity; raises SecureLinkNotValid for what is not theirs,
    or too old. It dies with the credentials of now: a session that is over keeps none that works.

    The mail will go to the address of that moment, which the page names: it may be an intruder's already,
    and then its owner must see that before they close their password.
    """
    if event not in _shown(scope):
        raise SecureLinkNotValid
    scope.take(Rate.of(f"doubt:user:{user_id}", "20/hour"))
    entry, person = audit.find(scope, user_id, event, at=at), accounts.get(scope, user_id)
    if entry is None or person is None or not may_be_doubted(scope, at):
        raise SecureLinkNotValid
    return service.new_link(scope, _told(scope, person, entry, at=at))


def _told(scope: Scope, person: Person, entry: Entry, *, at: datetime) -> Told:
    """What a notice of *entry* told *person*, or would have told."""
    return Told(
        event=entry.name,
        mail="",
        undo=_undo_of(scope, entry.name),
        user_id=person.id,
        username=person.username,
        to=address_at(scope, person, at - BEFORE),
        when=at.isoformat(),
        ip=entry.ip,
        user_agent=entry.user_agent,
        facts=dict(entry.facts),
        version=person.credential_version,
    )


def _shown(scope: Scope) -> set[str]:
    """The events that have a title: all that a page ever shows a line of."""
    return {event.name for each in scope.tools.features for event in each.events if event.title}


def _undo_of(scope: Scope, event: str) -> str | None:
    """What a notice of this event would undo."""
    told = (notice for each in scope.tools.features for notice in each.notices if notice.event.name == event)
    return next((notice.undo for notice in told), None)
