"""Apps to set up and sign-ins to finish, for these tests."""

from __future__ import annotations

import pytest

from watchword.features.login import service as login
from watchword.features.two_factor import authenticators, service, totp
from watchword.testing import PASSWORD

HERE = service.holder_of_session("here")


def set_up(scope, user_id, holder=HERE, label="Phone"):
    service.start(scope, user_id, holder)
    scope.commit()
    secret = authenticators.waiting_secret(scope, user_id, holder)
    codes = service.finish(scope, user_id, holder, code=code_now(scope, secret), label=label)
    scope.commit()
    return secret, codes


def code_now(scope, secret, ahead=0):
    return totp.code_at(secret, totp.step_at(scope.now) + ahead)


def begin_login(scope):
    outcome = login.with_password(scope, "anna", PASSWORD)
    scope.commit()
    return outcome


def refused(scope, error, act, *args, **options):
    with pytest.raises(error):
        act(scope, *args, **options)
    scope.commit()
