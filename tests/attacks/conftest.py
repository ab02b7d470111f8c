"""What the attacks share."""

from __future__ import annotations

import re

import pytest

from tests.support.masking import without_tokens
from tests.support.rows import statements
from watchword.testing import csrf_token
from watchword.web.setup import setup_of


@pytest.fixture
def post():
    """Post to a form with its token, as an attacker's program does; returns the answer."""

    def act(client, path, *, form_at=None, headers=None, **fields):
        token = csrf_token(client, form_at or path)
        return client.post(path, data={"csrf_token": token, **fields}, headers=headers)

    return act


@pytest.fixture
def seen(app):
    """Look at every statement meanwhile."""
    engines = setup_of(app).tools.store.engines
    return lambda: statements(engines.read, engines.write)


@pytest.fixture
def masked():
    """What an answer shows, without what differs each time."""

    def of(answer):
        body = without_tokens(answer.text)
        cookies = sorted(
            re.sub(r"^([^=]+=)[^;]*|Expires=[^;]*", r"\1", one) for one in answer.headers.getlist("Set-Cookie")
        )
        names = sorted(name for name in dict(answer.headers) if name not in {"Content-Length", "Set-Cookie"})
        return answer.status_code, answer.location, names, cookies, body

    return of
