"""The texts of this request, in the reader's language."""

from __future__ import annotations

from flask import has_request_context, request

from watchword.core.errors import AuthError
from watchword.web.catalogs import Texts
from watchword.web.request_state import state
from watchword.web.setup import setup


def texts() -> Texts:
    """The texts for whoever reads this answer."""
    if not has_request_context():
        return setup().catalogs.texts()
    kept = state()
    if kept.texts is None:
        kept.texts = setup().catalogs.negotiated(request.headers.get("Accept-Language", ""))
    return kept.texts


def gettext(text: str, /, **values: object) -> str:
    return texts().gettext(text, **values)


def told(error: AuthError) -> str:
    """What *error* says, in the reader's language; a `wait` in seconds becomes words."""
    values = dict(error.values)
    if "wait" in values:
        values["wait"] = _wait(int(str(values["wait"])))
    return gettext(error.message, **values)


def _wait(seconds: int) -> str:
    if seconds < 90:
        return texts().ngettext("%(count)s second", "%(count)s seconds", seconds)
    minutes = -(-seconds // 60)
    return texts().ngettext("%(count)s minute", "%(count)s minutes", minutes)
