from __future__ import annotations

import pytest

from watchword.testing import PASSWORD, SmsInbox, add_phone, put_sms_sender, submit


@pytest.fixture
def app(make_app):
    return make_app(WATCHWORD_SMS_SENDER="console:", WATCHWORD_SMS_COUNTRIES="DE")


def test_the_inbox_holds_what_would_be_sent_once_it_is_delivered(client, sms, make_user, deliver):
    add_phone(client.application, make_user("anna"))
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/login/sms/send", form_at="/login/sms")
    assert sms.messages == []
    deliver()

    assert submit(client, "/login/sms", code=sms.code()).location == "/dashboard"
    assert len(sms.to("+4915112345678")) == 1


def test_an_app_that_sends_nothing_says_so(make_app):
    with pytest.raises(RuntimeError, match="WATCHWORD_SMS_SENDER"):
        put_sms_sender(make_app(), SmsInbox())
