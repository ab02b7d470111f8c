"""The outcome of a sign-in → cookies and the next page. Every way in answers through here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Response, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from watchword.core.errors import AuthError
from watchword.core.feature import ConfirmMethod
from watchword.features.login.errors import LoginNotFresh, MethodNotOffered
from watchword.features.login.outcomes import NextStep, Outcome, SignedIn
from watchword.web import cookies, csrf, interrupted
from watchword.web.addresses import page_url
from watchword.web.current import forget_visitor, scope, visitor
from watchword.web.errors import wants_problem
from watchword.web.guarding import lead_to
from watchword.web.headers import allow_form_target
from watchword.web.i18n import gettext, told
from watchword.web.redirects import go, local_path, path_inside, this_address
from watchword.web.setup import setup

View = Callable[[], ResponseReturnValue]


def follow(outcome: Outcome, next_path: str = "", *, way: str = "") -> Response:
    """Put the secrets into cookies and lead on: to *next_path* or home when signed in, else to the next step.

    *way* names the way in whose first proof was shown; the steps after it need not say it again.
    """
    held = cookies.pre()
    way = way or str(held.get("way") or "")
    match outcome:
        case SignedIn(session, device, remembered):
            cookies.keep_session(session, remembered=remembered)
            cookies.keep_device(device)
            cookies.keep_way(way)
            cookies.pre_renew()
            forget_visitor(session)
            if held.get("invite") is True:
                _invite()
            return go(next_path or setup().site.home)
        case NextStep(endpoint, waiting):
            cookies.pre_set(waiting=waiting, next=next_path or None, way=way or None)
            return go(url_for(endpoint))


def invite_after_sign_in() -> None:
    """The next sign-in in this browser follows signing up or a new password: after it, features may invite."""
    cookies.pre_set(invite=True)


def starts_again_on(*refusals: type[AuthError]) -> Callable[[View], View]:
    """A page inside a sign-in: one of *refusals* leads back to the beginning, saying why, for it has no page of its own
    to be shown on.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded() -> ResponseReturnValue:
            try:
                return view()
            except refusals as refusal:
                csrf.require_for_changes()
                flash(told(refusal), "info")
                return go(url_for("watchword.login.sign_in"))

        return guarded

    return guard


def waiting_secret() -> str:
    """The waiting sign-in this browser holds; "" when there is none (`login.peek` then refuses)."""
    held = cookies.pre().get("waiting")
    return held if isinstance(held, str) else ""


def kept_next() -> str:
    """The page the visitor came for, kept while the sign-in waits; "" when there is none."""
    held = cookies.pre().get("next")
    return (local_path(held) if isinstance(held, str) else None) or ""


def ways_in() -> list[dict[str, Any]]:
    """The other ways to sign in, as declared by upper features; each one's address is allowed as a form target."""
    found = [way for each in setup().features for way in each.ways_in]
    for way in found:
        if way.origin is not None:
            allow_form_target(way.origin)
    return [
        {
            "label": gettext(way.label),
            "url": page_url(way.endpoint, **way.values),
            "template": way.template,
            "is_last": way.name == cookies.last_way(),
        }
        for way in found
    ]


def forget_this_browser() -> None:
    """After signing out: no session, no half-finished sign-in. The browser stays a known device."""
    cookies.drop(cookies.SESSION)
    cookies.pre_renew()
    forget_visitor()


def ask_to_confirm() -> Response:
    """Lead to "confirm it's you" and back here afterwards; a posted form goes on then. Programs are told."""
    if wants_problem():
        raise LoginNotFresh
    if request.method not in csrf.SAFE_METHODS:
        _keep_what_was_typed()
    return lead_to(url_for("watchword.login.confirm", next=this_address()), status=LoginNotFresh.status)


def confirm_methods(user_id: int) -> list[ConfirmMethod]:
    """The ways in which this user may confirm who they are, the strongest first."""
    declared = [method for each in setup().features for method in each.confirm_methods]
    return sorted((one for one in declared if one.offered(scope(), user_id)), key=lambda one: -one.strength)


def chosen_method(methods: list[ConfirmMethod], name: str) -> ConfirmMethod:
    """The one called *name*, the strongest for ""; raises MethodNotOffered for one this user doesn't have."""
    found = [method for method in methods if name in {method.name, ""}]
    if not found:
        raise MethodNotOffered
    return found[0]


def shown_method(methods: list[ConfirmMethod], name: str) -> ConfirmMethod | None:
    """The one called *name*, else the strongest; None when this user has to sign in again."""
    return next((method for method in methods if method.name == name), next(iter(methods), None))


def keep_confirmed(session: str, *, remembered: bool) -> None:
    """This browser showed another proof just now: its session goes on under a new secret."""
    cookies.keep_session(session, remembered=remembered)
    forget_visitor(session)


def confirmed(session: str, path: str, *, remembered: bool) -> Response:
    """Keep the renewed secret and lead on to what was interrupted."""
    keep_confirmed(session, remembered=remembered)
    if path and not _is_page(path):
        path = url_for("watchword.login.confirm", next=path)
    elif interrupted.typed(path_inside(path) or "") is not None:
        flash(gettext("Thank you, it's you. Check what you typed and send it once more."), "info")
    return go(path or setup().site.home)


def go_on(path: str) -> Response:
    """To the page at *path*; before the target of a button comes a page with that button, never a post by itself."""
    typed = interrupted.typed(path_inside(path) or "")
    if path and _is_page(path):
        return go(path)
    if typed is None:
        return go(setup().site.home)
    return make_response(render_template("watchword/login/go_on.html", path=path, typed=list(typed.items(multi=True))))


def _invite() -> None:
    """What features invite the person to who is signed in by now."""
    user = visitor()
    for each in setup().features:
        line = each.invites(scope(), user.id) if each.invites else None
        if line:
            flash(line, "info")


def _is_page(path: str) -> bool:
    """Whether *path* can be looked at, and isn't only the target of a button. Beside this app there are only pages."""
    adapter, inside = current_app.create_url_adapter(request), path_inside(path)
    return adapter is not None and (inside is None or adapter.test(inside, "GET"))


def _keep_what_was_typed() -> None:
    """Only what a page of this site sent: nobody else's form goes on by the user's own confirmation (WEB-01)."""
    if "watchword" in request.blueprints:
        csrf.require()
        interrupted.keep()
        return
    with suppress(csrf.FromElsewhere):
        csrf.refuse_other_sites()
        interrupted.keep()
