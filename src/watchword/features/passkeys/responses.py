"""Where a new passkey leads."""

from __future__ import annotations

from watchword.web.errors import url_or_none


def codes_first(location: str) -> str:
    """The page that offers codes for the day the device is gone, and leads on to *location*."""
    return url_or_none("watchword.two_factor.codes", next=location) or location
