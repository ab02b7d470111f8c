"""Passkeys through HTTP, as a page's script does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.support.software_key import SoftwareKey
from watchword.features.sessions.models import UserSession
from watchword.testing import login_as
from watchword.web.setup import setup_of

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Page:
    """A browser on one of our pages: asks for options and answers them, in JSON."""

    client: FlaskClient

    def post(self, path: str, body: Any = None) -> Any:
        form_at = "/account" if path.startswith("/account") else "/login"
        token = _TOKEN.search(self.client.get(form_at).text)
        assert token, f"no form at {form_at}"
        headers = {"X-CSRF-Token": token[1], "Accept": "application/json"}
        return self.client.post(path, json=body or {}, headers=headers)

    def submit(self, path: str, **fields: Any) -> Any:
        """Post a form of an account page."""
        token = _TOKEN.search(self.client.get("/account").text)
        assert token, "not signed in"
        return self.client.post(path, data={"csrf_token": token[1], **fields})

    def add(self, key: SoftwareKey) -> Any:
        options = self.post("/account/passkeys/options")
        assert options.status_code == 200, options.text
        return self.post("/account/passkeys", {"answer": key.create(options.json)})

    def ask(self, **more: Any) -> dict[str, Any]:
        options = self.post("/login/passkey/options", more)
        assert options.status_code == 200, options.text
        asked: dict[str, Any] = options.json
        return asked

    def answer(self, answer: dict[str, Any], **more: Any) -> Any:
        return self.post("/login/passkey", {"answer": answer, **more})

    def sign_in(self, key: SoftwareKey, **more: Any) -> Any:
        return self.answer(key.get(self.ask()), **more)


def page_of(app: Flask, user_id: int) -> Page:
    """A browser in which *user_id* is signed in by two factors, so that another passkey may be added (fresh login)."""
    browser = app.test_client()
    login_as(browser, user_id)
    with setup_of(app).tools.store.counting.begin() as connection:
        connection.execute(update(UserSession).where(UserSession.user_id == user_id).values(proofs="hwk user"))
    return Page(browser)
