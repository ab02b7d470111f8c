"""Where a set-up leads in the end, whichever kind of factor it was of: recovery codes come first."""

from __future__ import annotations

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.two_factor.errors import SetUpNotForYou
from watchword.features.two_factor.service import Finished
from watchword.web.redirects import go, wanted_next

NOTHING_TO_SET_UP = (LoginNotWaiting, SetUpNotForYou)
"""What is raised where no sign-in stops for a set-up."""


def codes_or_back(codes: list[str]) -> Response:
    """For who is signed in: codes that were made are shown, once; else there is only the way on."""
    if not codes:
        return go(way_on())
    return make_response(render_template("watchword/two_factor/codes.html", codes=codes, after=way_on()))


def way_on() -> str:
    """Where a set-up, and the codes at its end, lead on: to the page one came for, when something stood before it."""
    return wanted_next() or url_for("watchword.my_account.security")


def to_security() -> Response:
    return go(url_for("watchword.my_account.security"))


def show_codes(finished: Finished) -> ResponseReturnValue:
    """Inside a sign-in, which may be through by now: the page the person came for comes after the codes."""
    response = responses.follow(finished.outcome, responses.kept_next())
    if not finished.codes:
        return response
    return render_template("watchword/two_factor/codes.html", codes=finished.codes, after=response.location)
