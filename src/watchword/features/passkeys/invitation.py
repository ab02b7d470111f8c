"""One line that leads to the offer of a first passkey, on the page after a sign-in, in any layout."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from watchword.core.scope import Scope
from watchword.features.passkeys import service
from watchword.web.addresses import asset
from watchword.web.i18n import gettext

_LINE = Markup('<span data-needs-passkeys>{} <a href="{}">{}</a></span><script type="module" src="{}"></script>')


def line(scope: Scope, user_id: int) -> str | None:
    """For who may be offered one now; a browser that knows no passkeys hides it."""
    if not service.is_offered(scope, user_id):
        return None
    text = gettext("Next time, sign in with a touch instead of a password.")
    return _LINE.format(text, url_for("watchword.passkeys.offered"), gettext("See how"), asset("passkeys.js"))
