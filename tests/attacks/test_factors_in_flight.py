"""Second factors that change, or are shown again, while a sign-in is on its way: MFA-18 and its neighbours."""

from __future__ import annotations

import pytest

from tests.support.together import together
from watchword.features.login import service as login
from watchword.features.two_factor import service as two_factor
from watchword.testing import PASSWORD, add_authenticator, code_of_app, submit
from watchword.testing.people import change


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    return anna


def known(app, user_id):
    with change(app) as scope:
        return login.known_devices(scope, user_id)


def test_mfa_18_a_code_checked_before_the_factors_changed_trusts_no_browser(app, client, with_app, monkeypatch):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    passed = login.passed

    def after_a_change(*args, **options):
        with change(app) as scope:
            two_factor.new_recovery_codes(scope, with_app)
        return passed(*args, **options)

    monkeypatch.setattr(login, "passed", after_a_change)
    submit(client, "/login/code", code=code_of_app(app, with_app), trust="y")

    assert client.get("/account").status_code == 200
    assert [device.trusted_until for device in known(app, with_app)] == [None]


def test_mfa_18_nor_in_parallel_whichever_is_first(app, with_app):
    def begin():
        with change(app) as scope:
            return login.proceed(scope, with_app, {"pwd"}).waiting

    begun = [begin() for _ in range(5)]

    def act(number):
        with change(app) as scope:
            if number == len(begun):
                two_factor.new_recovery_codes(scope, with_app)
            else:
                login.passed(scope, begun[number], "otp", trust_browser=True)

    together(len(begun) + 1, act)

    assert [device.trusted_until for device in known(app, with_app)] == [None] * len(begun)
