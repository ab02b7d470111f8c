"""Security headers of every page of ours, and what keeps a host's from being served to somebody else."""

from __future__ import annotations

from functools import cache, lru_cache

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
_POLICY = "Content-Security-Policy"
_VARY = ("Cookie", "Accept-Language")
_WHO_MAY_KEEP = ("private", "no-store", "public", "s-maxage")


def protect(response: Response) -> Response:
    """Add the headers of a page; nothing private is ever stored by a cache. What the page set itself stays."""
    headers, kept = response.headers, state()
    there = {name.lower() for name, _value in headers}
    wanted = [*_always(_transport()), (_POLICY, policy())]
    headers.extend([(name, value) for name, value in wanted if name.lower() not in there])
    if "vary" in there:
        response.vary.update(_VARY)
    if kept.hides_address and request.method in {"GET", "HEAD"}:
        headers["Referrer-Policy"] = "no-referrer"
    return response


def keep_private(response: Response) -> None:
    """No shared cache gives this page to the next visitor: somebody was asked for on it, whatever its status (WEB-09).

    What the page says itself stays. Every page of a signed-in user comes by here: asking Werkzeug for these headers,
    which are seldom there, would have them parsed each time.
    """
    headers = response.headers
    there = {name.lower(): value for name, value in headers}
    cached = there.get("cache-control")
    if cached is None:
        headers.add("Cache-Control", "private")
    elif not any(word in cached.lower() for word in _WHO_MAY_KEEP):
        headers["Cache-Control"] = f"{cached}, private"  # how long isn't for whom
    vary = there.get("vary")
    if vary is None:
        headers.add("Vary", "Cookie")
    elif "cookie" not in map(str.strip, vary.lower().split(",")):
        headers["Vary"] = ", ".join([*headers.getlist("Vary"), "Cookie"])


def _transport() -> str:
    if not setup().secure:
        return ""
    return _HSTS_OF_A_SITE if setup().owns_site else _HSTS


@cache
def _always(transport: str) -> tuple[tuple[str, str], ...]:
    """The headers that are the same on every page."""
    more = {"Strict-Transport-Security": transport} if transport else {}
    return tuple({**_FIXED, "Cache-Control": "no-store", "Vary": ", ".join(_VARY), **more}.items())


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
    return _policy(setup().site.csp_sources, tuple(state().form_targets))


@lru_cache(128)
def _policy(sources: tuple[str, ...], form_targets: tuple[str, ...]) -> str:
    more = "".join(f" {source}" for source in sources)
    targets = "".join(f" {origin}" for origin in form_targets)
    return (
        f"default-src 'none'; script-src 'self'{more}; style-src 'self'{more}; img-src 'self'{more}; "
        f"connect-src 'self'{more}; form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
