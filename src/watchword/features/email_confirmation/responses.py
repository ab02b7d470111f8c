"""What a browser holds while an address waits to be confirmed, and the answer to a dead link."""

from __future__ import annotations

from flask import Response, make_response, render_template

from watchword.web import cookies, csrf


def wait_for(kind: str, **held: object) -> None:
    """From now on `/confirm-email` asks this browser for the code of *kind* (an `EmailConfirmation`)."""
    cookies.pre_set(confirming=kind, link=None, **held)


def stop_waiting(*held: str) -> None:
    """Forget the link, the kind, and what else was *held* for it."""
    cookies.pre_set(confirming=None, link=None, **dict.fromkeys(held))


def link_not_valid() -> Response:
    """One page for a used, old or forged link, with no data of anybody in it (TOK-20)."""
    csrf.require_for_changes()
    cookies.pre_set(link=None)
    return make_response(render_template("watchword/email_confirmation/link_not_valid.html"), 404)
