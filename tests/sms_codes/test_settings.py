from __future__ import annotations

import sys
from types import ModuleType

import pytest

from watchword.core.config import ConfigError
from watchword.core.problems import CLASH, NOT_ONE_OF, NOT_VALID, PACKAGE_MISSING
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.sms_codes.senders import ConsoleSender
from watchword.testing import SmsInbox
from watchword.web.setup import setup_of

PRODUCTION = {
    "WATCHWORD_ENV": "production",
    "WATCHWORD_PUBLIC_URL": "https://login.example.com",
    "WATCHWORD_MAIL_URL": "smtps://mail.example.com",
}


@pytest.fixture
def database_url(sqlite_files):
    """Once is enough: settings ask no database."""
    with sqlite_files.fresh() as url:
        yield url


def problems_of(make_app, **settings):
    with pytest.raises(ConfigError) as refused:
        make_app(WATCHWORD_SMS_SENDER=settings.pop("sender"), **settings)
    return {each.code: str(each) for each in refused.value.problems}


def sender_of(app):
    return setup_of(app).tools.config[SmsCodesConfig].sender


def test_a_sender_is_named_by_its_place_or_is_the_thing_itself(make_app, monkeypatch):
    shop = ModuleType("shop_of_this_test")
    shop.sender = SmsInbox()
    monkeypatch.setitem(sys.modules, "shop_of_this_test", shop)

    assert sender_of(make_app()) is None
    assert isinstance(sender_of(make_app(WATCHWORD_SMS_SENDER="console:", WATCHWORD_SMS_COUNTRIES="DE")), ConsoleSender)
    for given in ("shop_of_this_test:sender", shop.sender):
        assert sender_of(make_app(WATCHWORD_SMS_SENDER=given, WATCHWORD_SMS_COUNTRIES="DE")) is shop.sender


@pytest.mark.parametrize("wrong", ["console", "no_such_shop:sender", "json:dumps", "json:nothing", SmsInbox, 7])
def test_what_can_not_send_stops_the_start_and_is_not_repeated(make_app, wrong):
    told = problems_of(make_app, sender=wrong, WATCHWORD_SMS_COUNTRIES="DE")

    assert list(told) == [NOT_VALID]
    assert "no_such_shop" not in told[NOT_VALID]


def test_a_sender_without_countries_stops_the_start(make_app):
    assert "WATCHWORD_SMS_COUNTRIES" in problems_of(make_app, sender="console:")[CLASH]


def test_a_country_that_is_none_stops_the_start(make_app):
    told = problems_of(make_app, sender="console:", WATCHWORD_SMS_COUNTRIES="DE,UK")

    assert "'UK'" in told[NOT_ONE_OF]


def test_codes_on_the_terminal_stop_the_start_in_production(make_app):
    told = problems_of(make_app, sender="console:", WATCHWORD_SMS_COUNTRIES="DE", **PRODUCTION)

    assert list(told) == [NOT_VALID]


def test_without_the_extra_the_line_that_installs_it_is_told(make_app, monkeypatch):
    monkeypatch.setattr("watchword.features.sms_codes.feature.find_spec", lambda _name: None)

    assert "watchword[sms]" in problems_of(make_app, sender="console:", WATCHWORD_SMS_COUNTRIES="DE")[PACKAGE_MISSING]


def test_the_terminal_shows_number_and_text(capsys):
    ConsoleSender().send("+4915112345678", "123456 is your code")

    assert capsys.readouterr().out == "SMS to +4915112345678\n123456 is your code\n\n"
