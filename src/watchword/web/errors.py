"""Refusals and faults, as a page for people and as problem+json (RFC 9457) for programs."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import BuildError

from watchword.core.errors import AuthError
from watchword.core.failures import log_failure
from watchword.core.texts import N_
from watchword.web import context
from watchword.web.current import close_scope, request_id
from watchword.web.guarding import lead_to
from watchword.web.headers import protect
from watchword.web.i18n import gettext, told
from watchword.web.redirects import this_page
from watchword.web.setup import setup

log = logging.getLogger("watchword.web")

_TEXTS = {
    400: (N_("We couldn't read that request"), N_("Something in it was malformed. Go back and try again.")),
    401: (N_("Sign in first"), N_("Sign in to see that page.")),
    403: (N_("That isn't allowed"), N_("You don't have access to this page, or the request came from somewhere else.")),
    404: (N_("Page not found"), N_("There's nothing at this address. Check it, or start from the home page.")),
    405: (N_("That doesn't work here"), N_("This address can't be used that way. Start from the home page.")),
    413: (N_("That's too much at once"), N_("What was sent is larger than we accept. Shorten it and try again.")),
    415: (N_("We couldn't read that request"), N_("It came in a format this address doesn't take.")),
    422: (N_("That didn't work"), N_("Something in the form isn't right. Go back and check it.")),
    429: (N_("Too many tries"), N_("Wait a little, then try again.")),
    500: (N_("Something broke on our side"), N_("It isn't your fault. We've noted it; try again in a moment.")),
    503: (
        N_("We'll be right back"),
        N_("Something we depend on isn't answering. Nothing was lost; try again in a moment."),
    ),
}
_GONE = (OperationalError, InterfaceError, PoolTimeout)


def answer_refusals(target: Flask | Blueprint) -> None:
    """What a guard of ours refuses under *target* becomes the way to the sign-in page, a page, or a problem."""
    target.register_error_handler(AuthError, _refused)


def register(target: Flask | Blueprint) -> None:
    """Answer all refusals and faults that happen under *target*."""
    answer_refusals(target)
    target.register_error_handler(HTTPException, _http)
    target.register_error_handler(DBAPIError, _database)
    target.register_error_handler(PoolTimeout, _database)
    target.register_error_handler(Exception, _broken)


def wants_problem() -> bool:
    """Whether the caller is a program: it prefers JSON to a page."""
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/problem+json", "application/json"], "text/html"
    )
    return best != "text/html"


def problem(
    status: int,
    code: str,
    title: str,
    *,
    retry_after: int | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    """`application/problem+json` with a stable *code* (RFC 9457); *errors* are words by field."""
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "request_id": request_id()}
    response = jsonify({**body, "errors": errors} if errors else body)
    return _finish(response, status, retry_after, mimetype="application/problem+json")


def page(status: int, *, text: str | None = None, retry_after: int | None = None) -> Response:
    """The themed page for *status*."""
    title, usual = _TEXTS.get(status, _TEXTS[400 if status < 500 else 500])
    body = render_template(
        "watchword/error.html",
        status=status,
        title=gettext(title),
        text=text or gettext(usual),
        request_id=request_id(),
        retry_after=retry_after,
        **context.values(),  # the view may be a host's
    )
    return _finish(make_response(body), status, retry_after)


def _refused(error: AuthError) -> Response:
    if wants_problem():
        return problem(error.status, error.code, told(error), retry_after=error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        return _to_sign_in(told(error))
    return page(error.status, text=told(error), retry_after=error.retry_after)


def _to_sign_in(text: str) -> Response:
    """Send a visitor to the sign-in page, and back here afterwards."""
    endpoint = setup().sign_in_endpoint
    if endpoint is None:
        return page(401, text=text)
    return lead_to(url_for(endpoint, next=this_page()), status=401, saying=text)


def _http(error: HTTPException) -> Response:
    """Werkzeug's own refusals, with our words: theirs may tell versions or echo what was sent."""
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    status = error.code or 500
    response = problem(status, _code(status), _words(status)) if wants_problem() else page(status)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _database(error: Exception) -> Response:
    """A dead or busy database is a 503, never an open door; any other database error is a bug of ours."""
    close_scope()
    if not isinstance(error, _GONE):
        return _broken(error)
    log.error("database not available for request %s: %s", request_id(), type(error).__name__)
    if wants_problem():
        return problem(503, "unavailable", _words(503), retry_after=5)
    return page(503, retry_after=5)


def _broken(error: Exception) -> Response:
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or (current_app.testing and not isinstance(error, HTTPException)):
        raise error
    close_scope()
    log_failure(log, error, f"request {request_id()} failed")
    status = InternalServerError.code or 500
    return problem(status, "internal_error", _words(status)) if wants_problem() else page(status)


def _finish(response: Response, status: int, retry_after: int | None, *, mimetype: str | None = None) -> Response:
    response.status_code = status
    if mimetype:
        response.mimetype = mimetype
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return protect(response)


def _words(status: int) -> str:
    return gettext(_TEXTS.get(status, _TEXTS[400])[0])


def _code(status: int) -> str:
    return HTTPStatus(status).name.lower() if status in HTTPStatus._value2member_map_ else "refused"


def url_or_none(endpoint: str, **values: Any) -> str | None:
    """The address of *endpoint*, or None when the feature that has it is off."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None
