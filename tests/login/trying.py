"""Signing in, rightly and wrongly, with the answer kept as the web keeps it."""

from __future__ import annotations

import pytest

from watchword.core.errors import TooManyTries
from watchword.features.login import service
from watchword.features.login.errors import WrongSignIn
from watchword.testing import PASSWORD

WRONG = "not the password at all"


def sign_in(scope, identifier="anna", password=PASSWORD):
    outcome = service.with_password(scope, identifier, password)
    scope.commit()
    return outcome


def fail(scope, identifier="anna", password=WRONG):
    with pytest.raises(WrongSignIn):
        service.with_password(scope, identifier, password)
    scope.commit()


def refused(scope, identifier="anna", password=PASSWORD):
    """The refusal by a limit, kept as the web keeps it."""
    with pytest.raises(TooManyTries) as found:
        service.with_password(scope, identifier, password)
    scope.commit()
    return found.value


def fill_the_minute(scope):
    for number in range(5):
        fail(scope, f"nobody{number}")
