"""Security headers of every page of ours."""

from __future__ import annotations

from flask import Response, request

from watchword.web.request_state import state
from watchword.web.setup import setup

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
}
_HSTS = "max-age=63072000"
_HSTS_OF_A_SITE = f"{_HSTS}; includeSubDomains"
"""A host's other subdomains may speak http: only the ready-to-run app, which has a name of its own, speaks for them."""
_VARY = ("Cookie", "Accept-Language")


def protect(response: Response) -> Response:
    """Add the headers of a page; nothing private is ever stored by a cache. What the page set itself stays."""
    headers = response.headers
    wanted = {**_FIXED, "Content-Security-Policy": policy(), "Cache-Control": "no-store"}
    if setup().secure:
        wanted["Strict-Transport-Security"] = _HSTS_OF_A_SITE if setup().owns_site else _HSTS
    if "Vary" in headers:
        response.vary.update(_VARY)
    else:
        wanted["Vary"] = ", ".join(_VARY)
    there = {name.lower() for name, _value in headers}
    headers.extend([(name, value) for name, value in wanted.items() if name.lower() not in there])
    if state().hides_address and request.method in {"GET", "HEAD"}:
        headers["Referrer-Policy"] = "no-referrer"
    return response


def hide_address() -> None:
    """This page's own address is a secret: no other page may learn it (TOK-03). Not for pages with forms: browsers then
    send `Origin: null` with the POST.
    """
    state().hides_address = True


def allow_form_target(origin: str) -> None:
    """Let this page's forms lead to *origin* (a sign-in provider): Chromium checks redirects after a POST too."""
    state().form_targets.append(origin)


def policy() -> str:
    """The Content-Security-Policy of this page: our own files, nothing inline, framed by nobody."""
    more = "".join(f" {source}" for source in setup().site.csp_sources)
    targets = "".join(f" {origin}" for origin in state().form_targets)
    return (
        f"default-src 'none'; script-src 'self'{more}; style-src 'self'{more}; img-src 'self'{more}; "
        f"connect-src 'self'{more}; form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
