"""Who is signed in on this request."""

from __future__ import annotations

from watchword.features.sessions import service
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import NOBODY, SignedInUser, Visitor
from watchword.web.current import scope, visitor


def asker() -> Visitor:
    """Who asks: a frozen value, read once. Anonymous when nobody is signed in."""
    found: Visitor = visitor() or NOBODY
    return found


def signed_in_user() -> SignedInUser:
    """The same for who acts; raises NotSignedIn when that is nobody."""
    found = asker()
    if not isinstance(found, SignedInUser):
        raise NotSignedIn
    service.act_for(scope(), found)  # not the one it was found by, which may be closed after an error
    return found
