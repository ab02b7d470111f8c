"""Open a mailed link; confirm by it, or by the typed code."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from watchword.features.email_confirmation import responses
from watchword.web import cookies, csrf
from watchword.web.blueprint import FeatureBlueprint
from watchword.web.current import scope
from watchword.web.headers import hide_address
from watchword.web.redirects import go
from watchword.web.setup import setup

blueprint = FeatureBlueprint("email_confirmation", __file__)

_LONGEST_TOKEN = 512


@blueprint.route("/confirm-email/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Move the token out of the URL, so that it doesn't leak through Referer, history or logs. Consumes nothing."""
    hide_address()
    if len(token) <= _LONGEST_TOKEN:
        cookies.pre_set(link=token)
    return go(url_for("watchword.email_confirmation.confirm"))


@blueprint.route("/confirm-email", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """The page of whoever signed the link this browser opened; without one, of what this browser waits for."""
    link, waits_for = str(cookies.pre().get("link") or ""), cookies.pre().get("confirming")
    kinds = [kind for each in setup().features for kind in each.email_confirmations]
    for kind in kinds:
        if link and kind.knows(scope(), link):
            return kind.by_link(link)  # type: ignore[no-any-return]
    if link:
        return responses.link_not_valid()
    for kind in kinds:
        if kind.name == waits_for:
            return kind.by_code()  # type: ignore[no-any-return]
    csrf.require_for_changes()  # this browser never asked, or an hour ago
    return go(url_for("watchword.login.sign_in"))
