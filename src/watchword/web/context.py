"""What every template of ours may use."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app, get_flashed_messages, request, session
from markupsafe import Markup

from watchword.core.feature import MenuEntry
from watchword.web import csrf, proofs
from watchword.web.addresses import asset, page_url
from watchword.web.cookie_header import may_hold
from watchword.web.i18n import texts
from watchword.web.icons import icon
from watchword.web.parts import macros, messages, part
from watchword.web.redirects import onward_url
from watchword.web.request_state import this_request
from watchword.web.setup import setup

JUST_NOW = timedelta(seconds=45)
_TIME = Markup('<time datetime="%s" title="%s">%s</time>')


def values() -> dict[str, Any]:
    """The context of our pages. Nothing here asks the database: the page for a dead one is drawn with it too."""
    reader = texts()
    return {
        "_": reader.on_page,
        "gettext": reader.on_page,
        "ngettext": reader.ngettext,
        "locale": reader,
        "site": setup().site,
        "csrf_field": csrf.field,
        "csrf_token": csrf.token,
        "asset": asset,
        "page_url": page_url,
        "onward_url": onward_url,
        "icon": icon,
        "format_datetime": format_datetime,
        "relative_time": relative_time,
        "proofs_in_words": proofs_in_words,
        "account_menu": account_menu,
        "macros": macros,
        "messages": messages,
        "part": part,
        "site_root": site_root,
        "flashed": flashed,
        "has_page": has_page,
    }


def format_datetime(moment: datetime) -> str:
    return texts().time(moment)


def relative_time(moment: datetime) -> Markup:
    """`<time>` with the exact moment on hover."""
    now = setup().tools.clock.now()
    reader = texts()
    words = reader.gettext("just now") if abs(now - moment) < JUST_NOW else reader.ago(moment, now)
    return _TIME % (moment.isoformat(), reader.time(moment), words)


def proofs_in_words(shown: Collection[str]) -> str:
    return proofs.in_words(shown, texts().gettext)


def account_menu(place: str = "account") -> list[dict[str, Any]]:
    """The menu lines all features declared for *place*, in their order."""
    entries: list[MenuEntry] = [entry for each in setup().features for entry in each.menu if entry.place == place]
    entries.sort(key=lambda entry: entry.rank)
    return [
        {
            "label": texts().gettext(entry.label),
            "url": page_url(entry.endpoint),
            "icon": entry.icon,
            "current": request.endpoint == entry.endpoint,
        }
        for entry in entries
    ]


def flashed() -> list[tuple[str, str]]:
    """Messages for this page. Flask's session is only read when its cookie is there or something was flashed."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    if not may_hold(name, this_request()) and not session.modified:
        return []
    return cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))


def site_root() -> str:
    """Where the app is mounted, without a slash at its end."""
    return request.script_root


def has_page(endpoint: str) -> bool:
    """Whether the feature with this page is on."""
    return endpoint in current_app.view_functions
