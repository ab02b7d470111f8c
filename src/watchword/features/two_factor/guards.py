"""For hosts: views for who showed two factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, overload

from flask import url_for
from flask.typing import ResponseReturnValue

from watchword.features.login import responses
from watchword.features.login import service as login
from watchword.features.sessions.guards import signed_in_user
from watchword.features.two_factor import service
from watchword.features.two_factor.errors import SecondFactorMissing
from watchword.web.current import scope
from watchword.web.errors import wants_problem
from watchword.web.guarding import guarded_by, lead_to
from watchword.web.i18n import told
from watchword.web.redirects import this_page

P = ParamSpec("P")
R = TypeVar("R")


@overload
def second_factor_required(view: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def second_factor_required() -> ResponseReturnValue | None: ...
def second_factor_required(view: Callable[P, R] | None = None, /) -> Callable[P, R] | ResponseReturnValue | None:
    """Let only users reach *view* whose session showed two factors. Who has a second one is asked for it and led back;
    who has none is led to the choice of what to set up, and from the end of the set-up back to the page they wanted, as
    by `login_required`. What was posted here is not sent again by that: then the set-up ends on the security page.

    Works on views, in `decorators` of class views, and as `blueprint.before_request(second_factor_required)`.
    """
    return _asked_for_two() if view is None else guarded_by(_asked_for_two, view)


def _asked_for_two() -> ResponseReturnValue | None:
    """The way to the second factor for those whose session didn't show one; None for the others."""
    user = signed_in_user()
    if login.shows_two_factors(user.proofs):
        return None
    if service.has_second_factor(scope(), user.id):
        return responses.ask_to_confirm()
    refusal = SecondFactorMissing()
    if wants_problem():
        raise refusal
    choice = url_for("watchword.two_factor.choose", next=this_page())
    return lead_to(choice, status=refusal.status, saying=told(refusal))
