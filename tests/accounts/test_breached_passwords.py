from __future__ import annotations

import pytest

from watchword.core.problems import PACKAGE_MISSING, ConfigError
from watchword.features.accounts import breached_passwords, errors
from watchword.features.accounts import service as accounts
from watchword.features.accounts.breached_passwords import is_breached
from watchword.features.accounts.password_rules import Rules, check_new_password

LEAKED = "043qAKIQIVOKEke"
"""On the list of leaked passwords, and taken by every other rule."""


@pytest.mark.parametrize("password", [LEAKED, "zadumskiy.rzadumskiy.r", "ZADUMSKIY.RZADUMSKIY.R2026!"])
def test_a_leaked_password_is_found_also_in_capitals_and_with_signs_at_its_ends(password):
    assert is_breached(password)


@pytest.mark.parametrize("password", ["quiet lantern over copper river", "short", "", "é" * 15, "\x00" * 12])
def test_others_are_not(password):
    assert not is_breached(password)


def test_the_list_is_asked_only_where_it_is_on():
    assert check_new_password(LEAKED, Rules(minimum=15, about=()))

    with pytest.raises(errors.PasswordKnown):
        check_new_password(LEAKED, Rules(minimum=15, about=(), breach_list=True))


def test_the_setting_switches_it_on(make_app):
    from watchword.core.scope import Scope
    from watchword.web.setup import setup_of

    for on in (False, True):
        app = make_app(WATCHWORD_PASSWORD_BREACH_LIST=on)
        with app.app_context():
            verdict = accounts.judge_new_password(Scope(setup_of(app).tools), LEAKED)
        assert (verdict.refusal is not None) is on


def test_without_the_package_the_setting_stops_the_start(make_app, monkeypatch):
    monkeypatch.setattr(breached_passwords, "PACKAGE", "no_such_package_anywhere")

    with pytest.raises(ConfigError) as refused:
        make_app(WATCHWORD_PASSWORD_BREACH_LIST="true")
    assert [problem.code for problem in refused.value.problems] == [PACKAGE_MISSING]
    assert "pip install 'watchword[breach]'" in str(refused.value)
