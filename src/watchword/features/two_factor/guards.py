"""For hosts: views for who showed two factors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, flash, url_for

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.sessions.guards import signed_in_user
from watchword.features.two_factor import service
from watchword.features.two_factor.errors import SecondFactorMissing
from watchword.web.current import scope
from watchword.web.errors import wants_problem
from watchword.web.i18n import told
from watchword.web.redirects import go, this_page

P = ParamSpec("P")
R = TypeVar("R")


def second_factor_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let only users reach *view* whose session showed two factors. Who has a second one is asked for it and led back;
    who has none is led to the choice of what to set up, and from the end of the set-up back to the page they wanted, as
    by `login_required`. What was posted here is not sent again by that: then the set-up ends on the security page.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        user = signed_in_user()
        if login.shows_two_factors(user.proofs):
            return cast("R", current_app.ensure_sync(view)(*args, **kwargs))
        if service.has_second_factor(scope(), user.id):
            return cast("R", responses.ask_to_confirm())
        refusal = SecondFactorMissing()
        if wants_problem():
            raise refusal
        flash(told(refusal), "info")
        return cast("R", go(url_for("watchword.two_factor.choose", next=this_page())))

    return guarded
