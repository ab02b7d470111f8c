"""Addresses as our templates write them, built once for each place where the app is mounted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import has_request_context, request, url_for

from watchword.web.setup import setup

STATIC = Path(__file__).parent / "static"
MOST_KEPT = 2000
"""Of addresses, and of parts: a caller may choose the mount point (X-Forwarded-Prefix, a tenant's name in the path)."""


def page_url(endpoint: str, **values: Any) -> str:
    """Flask's `url_for`. Without *values* (None is none) an address is the same in every request, and is built once."""
    said = {name: value for name, value in values.items() if value is not None}
    if said or endpoint.startswith(".") or not is_steady():
        return url_for(endpoint, **said)
    return _kept(endpoint, url_for, endpoint)


def asset(name: str) -> str:
    """The address of one of our static files, changing with its content so that browsers may keep it for ever."""
    return _kept(f"/{name}", _asset, name) if is_steady() else _asset(name)


def is_steady() -> bool:
    """Whether addresses hang on nothing but where the app is mounted: no host, no subdomain, no `url_defaults`."""
    return has_request_context() and setup().has_steady_addresses


def _kept(name: str, build: Callable[[str], str], of: str) -> str:
    kept, key = setup().addresses, (request.root_path, name)
    found = kept.get(key)
    if found is None:
        found = build(of)
        if len(kept) < MOST_KEPT:
            kept[key] = found
    return found


def _asset(name: str) -> str:
    return url_for("watchword.static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
