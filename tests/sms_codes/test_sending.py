from __future__ import annotations

import logging

from sqlalchemy import select

from tests.sms_codes.conftest import PHONE
from watchword.core.scope import Caller, Scope
from watchword.features.login import service as login
from watchword.features.outbox.models import OutboxRow
from watchword.features.sms_codes import checks, service
from watchword.testing import PASSWORD, make_user
from watchword.web.setup import setup_of


def test_a_message_that_came_too_late_is_not_sent(scope, with_phone, clock, deliver, inbox):
    waiting = login.with_password(scope, "anna", PASSWORD).waiting
    scope.commit()
    service.send_at_login(scope, waiting)
    scope.commit()
    service.remove(scope, with_phone)
    scope.commit()

    deliver()
    clock.pass_(minutes=2)

    assert deliver() == 0
    assert inbox.messages == []


def test_a_sender_that_fails_is_asked_again_and_the_log_holds_no_number_and_no_code(make_app, clock, caplog):
    sender = Failing()
    app = make_app(WATCHWORD_SMS_SENDER=sender, WATCHWORD_SMS_COUNTRIES="DE")
    anna = make_user(app, "anna")
    with app.app_context():
        scope = Scope(setup_of(app).tools, Caller(ip="192.0.2.1", session="s"))
        service.start(scope, anna, PHONE)
        scope.commit()
        with caplog.at_level(logging.DEBUG):
            for _ in range(3):
                setup_of(app).delivery.run_once()
                clock.pass_(minutes=6)
        rows = scope.read.execute(select(OutboxRow.state, OutboxRow.payload)).all()
        scope.close()

    assert sender.asked == 2  # then the code was too old
    assert [(row.state, row.payload) for row in rows] == [("done", b"")]
    assert "12345678" not in caplog.text
    assert not any(each in caplog.text for each in sender.codes)


class Failing:
    """A gateway that is away, and tells everything in its errors."""

    def __init__(self):
        self.asked, self.codes = 0, []

    def send(self, number, text):
        self.asked += 1
        self.codes.append(text.rpartition("#")[2])
        raise OSError(f"no route to {number}: {text}")


def test_doctor_tells_when_few_codes_come_back(scope, anna):
    for _ in range(checks.TELLING - 1):
        scope.emit(checks.MessageSent(user_id=anna, prefix="+43"))
    assert checks.come_back(scope) == []
    scope.emit(checks.MessageSent(user_id=anna, prefix="+49"))
    for _ in range(6):
        scope.emit(checks.CodeAccepted(user_id=anna))

    (found,) = checks.come_back(scope)
    scope.emit(checks.CodeAccepted(user_id=anna))

    assert "Of the last 20 codes sent by text message 6 came back" in found.what
    assert "19 of them went to +43" in found.why
    assert checks.come_back(scope) == []
