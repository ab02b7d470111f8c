"""The blueprint of a feature: its own templates, one transaction for each view, one guard at the door."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, make_response, request
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from watchword.core.errors import AuthError
from watchword.web import cookies, csrf, unheard
from watchword.web.current import close_scope, scope
from watchword.web.i18n import gettext

View = Callable[..., Any]
MAX_BODY = 64 * 1024
MAX_FIELDS = 100
ORIGINAL = "watchword-original"
"""Under this name our own pages stay reachable when a host's page of the same name wins."""


class FeatureBlueprint(Blueprint):
    """`FeatureBlueprint("login", __file__)`: pages live in `templates/`, mails in `emails/` beside that file.

    A view runs in one transaction: an AuthError is an answer, so what was written before it stays; any other exception
    undoes everything. Views that change something must check CSRF (a FeatureForm does).
    """

    def __init__(self, name: str, file: str, **options: Any) -> None:
        folder = Path(file).parent
        super().__init__(name, _module_of(file), **options)
        pages = PrefixLoader({name: _pages(folder)})
        self._loader = PrefixLoader({"watchword": pages, ORIGINAL: pages})
        self.before_request(guard)

    @property
    def jinja_loader(self) -> BaseLoader | None:
        return self._loader

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: View | None = None, *args: Any, **options: Any
    ) -> None:
        view = in_one_transaction(view_func) if view_func is not None else None
        name = endpoint or (view_func.__name__ if view_func is not None else None)
        super().add_url_rule(rule, name, view, *args, **options)


def guard() -> None:
    """Before any view of ours: a bounded body, a query that can be read, no doubled cookie, no other site behind it."""
    request.max_content_length = MAX_BODY
    if cookies.any_twice() or not _is_text(request.query_string):
        raise BadRequest
    if request.method not in csrf.SAFE_METHODS:
        _bound_fields()
        csrf.refuse_other_sites()
        unheard.warn()


def in_one_transaction(view: View) -> View:
    """Commit when *view* answers or refuses; undo everything when it breaks."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        try:
            response = make_response(view(*args, **kwargs))
        except AuthError:
            scope().commit()
            raise
        except BaseException:
            close_scope()
            raise
        if request.method not in csrf.SAFE_METHODS and not csrf.was_checked():
            raise RuntimeError(f"{request.endpoint} changed something without checking CSRF")
        scope().commit()
        _flash_what_was_told()
        return response

    return wrapped


def _flash_what_was_told() -> None:
    for text in scope().told:
        flash(gettext(text), "info")
    scope().told.clear()


def _is_text(query: bytes) -> bool:
    """Werkzeug decodes the query at its first use, and raises there what nobody answers."""
    try:
        query.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bound_fields() -> None:
    """Werkzeug bounds the size of a urlencoded form, not its fields: 300,000 of them took 1.2 s to read."""
    if request.mimetype == "application/x-www-form-urlencoded":
        if request.get_data(cache=True).count(b"&") >= MAX_FIELDS:
            raise RequestEntityTooLarge
    elif request.mimetype == "multipart/form-data":
        request.max_form_parts = MAX_FIELDS


def _pages(folder: Path) -> BaseLoader:
    return ChoiceLoader(
        [FileSystemLoader(folder / "templates"), PrefixLoader({"emails": FileSystemLoader(folder / "emails")})]
    )


def _module_of(file: str) -> str:
    """The import name Flask wants, found by the file that asks."""
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) == file:
            return name
    return __name__
