"""Addresses in mails: built from WATCHWORD_PUBLIC_URL alone, never from a Host header (TOK-01)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from watchword.web.setup import setup


def public_url(endpoint: str, **values: Any) -> str:
    """The full address of a page of ours, as the world sees it."""
    base = setup().site.public_url
    parts = urlsplit(base)
    adapter = current_app.url_map.bind(parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme)
    return adapter.build(endpoint, values, force_external=True)
