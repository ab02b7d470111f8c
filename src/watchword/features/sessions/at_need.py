"""Who is signed in on this request: loaded when an app is set up, for whoever only names `login_required` needs no
tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchword.core.later import Later

__all__ = ["this_request"]

if TYPE_CHECKING:
    from watchword.features.sessions import this_request
else:
    this_request = Later("watchword.features.sessions.this_request", needs="sqlalchemy")
