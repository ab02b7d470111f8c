"""Flask's own session, without the work for the many requests that carry none."""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from watchword.web.cookie_header import may_hold


class QuietSessions(SecureCookieSessionInterface):
    """Flask makes a signer for each request, to read a cookie that mostly isn't there. All else is theirs."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if app.secret_key and not may_hold(self.get_cookie_name(app), request):
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
