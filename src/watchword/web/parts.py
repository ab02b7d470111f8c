"""Parts of a page that say the same to every reader, drawn once instead of once a request."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import current_app, request
from jinja2 import pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from watchword.web.addresses import MOST_KEPT, is_steady
from watchword.web.i18n import texts
from watchword.web.request_state import state
from watchword.web.setup import setup

OURS = f"{Path(__file__).parent.parent}{os.sep}"
SEEN = ("_", "account_menu", "asset", "has_page", "icon", "macros", "ngettext", "page_url", "site", "site_root")
"""All that a part of ours sees: nothing of a reader, of a session, of a form."""
CALLED = ("format_datetime", "relative_time")
"""What macros of ours see besides: a part that is drawn once must not call it."""
CSRF = "csrf_token"
_HOLE = "\x00"
"""Stands in a kept part where each reader gets a token of their own."""


@pass_context
def part(context: Context, name: str, *, keep: bool = True, **given: object) -> Markup:
    """The template *name*, drawn as `{% include %}` does, with what it is *given* by the page.

    Ours depends on language, page and mount point alone, and is kept by these: what is given isn't in the key, so it
    must be the same for all. Where it tells of its reader the page says not to *keep* it. A host's own of the same
    name, or one inside it, may tell of its reader, too: it sees the whole context, and is drawn each time.
    """
    kept, key = setup().parts, (name, _place())
    found = kept.get(key) if keep else None
    if found is None:
        if not (keep and _is_all_ours(name)):
            return _drawn(current_app.jinja_env.get_template(name).render({**context.get_all(), **given}))
        found = _drawn_for_all(context, name, given)
        if _may_keep(context) and len(kept) < MOST_KEPT:
            kept[key] = found
    return found.replace(_HOLE, context[CSRF]()) if _HOLE in found else found


@pass_context
def macros(context: Context, name: str) -> TemplateModule:
    """The macros of the template *name*, as `{% import … with context %}` gives them.

    Ours are made once for each language and page, not once a request: what they see hangs on nothing else, or is a
    function that they call anew.
    """
    kept, key = setup().macros, (name, _place())
    found = kept.get(key)
    if found is None:
        template = current_app.jinja_env.get_template(name)
        if not _is_ours(template.filename):
            return template.make_module(context.get_all(), shared=True)
        found = template.make_module({each: context[each] for each in (*SEEN, *CALLED)})
        if _may_keep(context) and len(kept) < MOST_KEPT:
            kept[key] = found
    return found


@pass_context
def messages(context: Context) -> Markup:
    """`messages.html`; ours is only drawn when there is something to tell."""
    template = current_app.jinja_env.get_template("watchword/messages.html")
    if _is_ours(template.filename) and not context["flashed"]():
        return Markup()
    return _drawn(template.render(context.get_all()))


def _place() -> tuple[str, str | None, str]:
    kept = state()
    if kept.place is None:
        kept.place = (texts().language, request.endpoint, request.root_path)
    return kept.place


def _may_keep(context: Context) -> bool:
    """Whether it hangs on nothing but its place: what a host gives out under a name of ours may tell of its reader."""
    return is_steady() and all(_home_of(context[each]) == "watchword" for each in (*SEEN, *CALLED))


def _home_of(value: object) -> str:
    """The package whose code *value* is."""
    return str(getattr(value, "__module__", "")).partition(".")[0]


def _drawn_for_all(context: Context, name: str, given: Mapping[str, object]) -> Markup:
    seen = {each: context[each] for each in (*SEEN, *CALLED)}
    return _drawn(current_app.jinja_env.get_template(name).render({**seen, CSRF: lambda: _HOLE, **given}))


def _is_all_ours(name: str) -> bool:
    """Whether the template *name* and all that it is made of are ours."""
    file = current_app.jinja_env.get_template(name).filename or ""
    return _is_ours(file) and all(_is_all_ours(each) for each in _named_in(file))


@cache
def _named_in(file: str) -> tuple[str, ...]:
    """The templates that a *file* of ours names, besides in comments."""
    text = re.sub(r"{#.*?#}", "", Path(file).read_text(encoding="utf-8"), flags=re.DOTALL)
    return tuple(re.findall(r'"(watchword/[\w/]+\.html)"', text))


def _is_ours(file: str | None) -> bool:
    return (file or "").startswith(OURS)


def _drawn(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - a template has escaped it
