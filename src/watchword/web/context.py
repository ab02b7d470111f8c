"""What every template of ours may use."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import current_app, get_flashed_messages, request, session, url_for
from markupsafe import Markup

from watchword.core.feature import MenuEntry
from watchword.web import csrf
from watchword.web.i18n import page_gettext, page_ngettext, texts
from watchword.web.icons import icon
from watchword.web.setup import setup

JUST_NOW = timedelta(seconds=45)
STATIC = Path(__file__).parent / "static"


def values() -> dict[str, Any]:
    """The context of our pages. Nothing here asks the database: the page for a dead one is drawn with it too."""
    shown = setup()
    return {
        "_": page_gettext,
        "gettext": page_gettext,
        "ngettext": page_ngettext,
        "locale": texts(),
        "site": shown.site,
        "csrf_field": csrf.field,
        "csrf_token": csrf.token,
        "asset": asset,
        "icon": icon,
        "format_datetime": format_datetime,
        "relative_time": relative_time,
        "account_menu": account_menu,
        "flashed": flashed,
        "has_page": has_page,
    }


def asset(name: str) -> str:
    """The address of one of our static files, changing with its content so that browsers may keep it for ever."""
    return url_for("watchword.static", filename=name, v=_version(name))


def format_datetime(moment: datetime) -> str:
    return texts().time(moment)


def relative_time(moment: datetime) -> Markup:
    """`<time>` with the exact moment on hover."""
    now = setup().tools.clock.now()
    words = texts().gettext("just now") if abs(now - moment) < JUST_NOW else texts().ago(moment, now)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), format_datetime(moment), words)


def account_menu(place: str = "account") -> list[dict[str, Any]]:
    """The menu lines all features declared for *place*, in their order."""
    entries: list[MenuEntry] = [entry for each in setup().features for entry in each.menu if entry.place == place]
    entries.sort(key=lambda entry: entry.rank)
    return [
        {
            "label": texts().gettext(entry.label),
            "url": url_for(entry.endpoint),
            "icon": entry.icon,
            "current": request.endpoint == entry.endpoint,
        }
        for entry in entries
    ]


def flashed() -> list[tuple[str, str]]:
    """Messages for this page. Flask's session is only read when its cookie is there or something was flashed."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    if name not in request.cookies and not session.modified:
        return []
    return cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))


def has_page(endpoint: str) -> bool:
    """Whether the feature with this page is on."""
    return endpoint in current_app.view_functions


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
