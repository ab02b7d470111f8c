"""A stored mail as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, make_response

if TYPE_CHECKING:
    from watchword.features.outbox.mailbox import StoredMail

# Mail programs want inline styles: this page alone may have them. It loads nothing and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def as_html(mail: StoredMail) -> Response:
    """The HTML of *mail*, as its reader would see it."""
    response = make_response(mail.html)
    response.headers["Content-Security-Policy"] = POLICY
    return response
