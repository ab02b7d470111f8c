"""Flask's own session, without the work for the many requests that carry none."""

from __future__ import annotations

from typing import cast

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.http import parse_cookie


class QuietSessions(SecureCookieSessionInterface):
    """Flask makes a signer for each request, to read a cookie that mostly isn't there, and Werkzeug goes through all
    headers to find the one with cookies. All else is theirs.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if type(request) is Request:  # a host's own class may know cookies from elsewhere
            sent = parse_cookie(request.environ.get("HTTP_COOKIE"), ImmutableMultiDict)
            request.cookies = cast("ImmutableMultiDict[str, str]", sent)
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """An empty one has nothing to say, but that it was looked at."""
        if session or session.modified:
            super().save_session(app, session, response)
        elif session.accessed and "Cookie" not in response.headers.get("Vary", "").split(", "):
            response.vary.add("Cookie")


def quieten(app: Flask) -> None:
    """A host's own session interface stays as it is."""
    if type(app.session_interface) is SecureCookieSessionInterface:
        app.session_interface = QuietSessions()
