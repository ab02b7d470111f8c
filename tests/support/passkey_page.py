"""A browser on our pages for passkeys, which may send what a page's script never would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from watchword.testing import SoftwareKey, add_passkey, csrf_token, login_as


@dataclass
class Page:
    """Asks for options and answers them, in JSON."""

    client: FlaskClient

    def post(self, path: str, body: Any = None) -> Any:
        headers = {"X-CSRF-Token": csrf_token(self.client, "/logout"), "Accept": "application/json"}
        return self.client.post(path, json=body or {}, headers=headers)

    def submit(self, path: str, **fields: Any) -> Any:
        """Post a form of an account page."""
        return self.client.post(path, data={"csrf_token": csrf_token(self.client, "/account"), **fields})

    def add(self, key: SoftwareKey) -> Any:
        return add_passkey(self.client, key)

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
    login_as(browser, user_id, proofs=("hwk", "user"))
    return Page(browser)
