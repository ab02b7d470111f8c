"""Fill in forms as a browser does, with the token that stands in them."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token in the form at *path*."""
    page = client.get(path).get_data(as_text=True)
    found = _TOKEN.search(page)
    assert found, f"no form at {path}"  # noqa: S101 - this is for tests
    return found.group(1)


def submit(client: FlaskClient, path: str, *, form_at: str | None = None, **fields: Any) -> Any:
    """Open the form, fill it in, post it, as a browser does."""
    token = csrf_token(client, form_at or path)
    return client.post(path, data={"csrf_token": token, **fields})
