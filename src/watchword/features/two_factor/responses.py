"""How a set-up inside a sign-in ends, whichever kind of factor it was."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.two_factor.errors import SetUpNotForYou
from watchword.features.two_factor.service import Finished

NOTHING_TO_SET_UP = (LoginNotWaiting, SetUpNotForYou)
"""What is raised where no sign-in stops for a set-up."""


def show_codes(finished: Finished) -> ResponseReturnValue:
    """Signed in by now; the recovery codes come first, then the page the person came for."""
    response = responses.follow(finished.outcome, responses.kept_next())
    if not finished.codes:
        return response
    return render_template("watchword/two_factor/codes.html", codes=finished.codes, after=response.location)
