"""What this browser holds on the way back in, all of it in the pre-login cookie."""

from __future__ import annotations

from flask import Response, url_for

from watchword.features.login.responses import invite_after_sign_in
from watchword.web import cookies
from watchword.web.current import scope
from watchword.web.redirects import go, local_path, wanted_next

NOTHING = dict.fromkeys(("reset", "reset_key", "reset_browser", "reset_email", "reset_asked_at"))


def check_inbox(browser: str, email: str) -> Response:
    """This browser asked for a link to *email*: lead it to where the code is typed."""
    wanted = wanted_next() or cookies.pre().get("next")
    asked_at = int(scope().now.timestamp())
    asked = {"reset_browser": browser, "reset_email": email[:320], "reset_asked_at": asked_at}
    cookies.pre_set(**{**NOTHING, **asked, "next": wanted})
    return go(url_for("watchword.password_reset.new_password"))


def to_sign_in() -> Response:
    """The walk is over; the page one came for is remembered."""
    wanted = local_path(cookies.pre().get("next"))
    cookies.pre_set(**NOTHING, next=None)
    invite_after_sign_in()
    return go(url_for("watchword.login.sign_in", next=wanted) if wanted else url_for("watchword.login.sign_in"))
