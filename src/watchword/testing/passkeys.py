"""Passkeys over HTTP, as the script of our pages does it: ask for options, let the key answer, post the answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, request, url_for
from flask.testing import FlaskClient

from watchword.testing.browser import csrf_token
from watchword.testing.software_key import SoftwareKey
from watchword.web.csrf import origin_of


def passkey_for(app: Flask) -> SoftwareKey:
    """A key whose browser is on the pages of *app*. It is in nobody's account yet."""
    with app.test_request_context():
        return SoftwareKey(origin=origin_of(request.host_url))


def add_passkey(client: FlaskClient, key: SoftwareKey) -> Any:
    """Add *key* to the account that is signed in; answers 201. Who has a second factor must have shown it."""
    options = post_json(client, "passkeys.ask_for_new", {})
    if options.status_code != HTTPStatus.OK:
        return options
    return post_json(client, "passkeys.add", {"answer": key.create(options.json)})


def sign_in_by_passkey(client: FlaskClient, key: SoftwareKey, **more: Any) -> Any:
    """Sign in with *key*; answers 200 with a `location`. *more* is what the page sends along: `next="/orders"`,
    `remember=True`, and `step=True` where a password came first.
    """
    options = post_json(client, "passkeys.ask", more)
    if options.status_code != HTTPStatus.OK:
        return options
    return post_json(client, "passkeys.answer", {"answer": key.get(options.json), **more})


def post_json(client: FlaskClient, endpoint: str, body: Any) -> Any:
    """Post *body* to a page of ours as its script does, with the token that stands in a form of this browser."""
    with client.application.test_request_context():
        path, form_at = url_for(f"watchword.{endpoint}"), url_for("watchword.login.sign_out")
    headers = {"X-CSRF-Token": csrf_token(client, form_at), "Accept": "application/json"}
    return client.post(path, json=body, headers=headers)
