"""Second factors for people in tests."""

from __future__ import annotations

from flask import Flask

from watchword.features.two_factor import authenticators, totp
from watchword.features.two_factor import service as two_factor
from watchword.testing.people import change

_HERE = two_factor.holder_of_session("testing")


def add_authenticator(app: Flask, user_id: int) -> None:
    """Give *user_id* an authenticator app, set up a step ago: its code of now is unused."""
    with change(app) as scope:
        two_factor.start(scope, user_id, _HERE)
        scope.settle()
        secret = authenticators.waiting_secret(scope, user_id, _HERE)
        code = totp.code_at(str(secret), totp.step_at(scope.now) - 1)
        two_factor.finish(scope, user_id, _HERE, code=code, label="Phone")


def code_of_app(app: Flask, user_id: int) -> str:
    """The next code of the user's app that wasn't used yet; one is set up for who has none."""
    with change(app) as scope:
        has_app = two_factor.has_app(scope, user_id)
    if not has_app:
        add_authenticator(app, user_id)
    with change(app) as scope:
        secret, last_step = authenticators.newest_secret(scope, user_id)
        return totp.code_at(secret, max(last_step + 1, totp.step_at(scope.now)))
