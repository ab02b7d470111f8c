"""`rotate-keys`: a new SECRET_KEY reaches what is encrypted, and the old one can go."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.together import together
from watchword.features.sms_codes import service as sms_codes
from watchword.features.two_factor import authenticators, recovery_codes, service, totp
from watchword.testing import SmsInbox, add_authenticator, add_phone, code_of_app, deliver, make_user
from watchword.testing.people import change
from watchword.web.current import scope
from watchword.web.setup import setup_of

OLD, NEW = "an old key that is long enough for anyone", "a new key that is long enough for everyone"


def with_texts(inbox):
    return {"WATCHWORD_SMS_SENDER": inbox, "WATCHWORD_SMS_COUNTRIES": "DE"}


@pytest.fixture
def rotate(make_app):
    def act():
        app = make_app(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD])
        return app.test_cli_runner().invoke(args=["watchword", "rotate-keys", "--json"])

    return act


def test_what_an_old_key_held_opens_by_the_new_one_alone(make_app, rotate, clock):
    old = make_app(SECRET_KEY=OLD)
    anna = make_user(old, "anna")
    add_authenticator(old, anna)
    with old.app_context():
        codes = service.new_recovery_codes(scope(), anna)
        scope().commit()

    first, second = rotate(), rotate()

    assert (first.exit_code, first.output.split()[2]) == (0, "14")  # the app, ten codes, and three mails that wait
    assert second.output.split()[2] == "0"
    clock.pass_(minutes=1)
    new = make_app(SECRET_KEY=NEW)
    with new.app_context():
        assert service.confirm(scope(), anna, {"code": code_of_app(new, anna)}) == "otp"
        recovery_codes.use(scope(), anna, codes[0])
        scope().commit()


def rows_of(app):
    """What lies in each sealed column, by the column, as this app opens it."""
    with app.app_context():
        return {
            each.column: [
                scope().keys.decrypt(row.sealed, each.purpose)
                for row in scope().read.execute(select(each.column.label("sealed")).where(each.column != b""))
            ]
            for feature in setup_of(app).features
            for each in feature.reseals
        }


def held_by_the_old_key(make_app, inbox):
    """Something in every sealed column, under the old key: an app, one being set up, codes, numbers, links, mails."""
    old = make_app(SECRET_KEY=OLD, **with_texts(inbox))
    anna = make_user(old, "anna")
    add_authenticator(old, anna)
    add_phone(old, anna)
    deliver(old)
    with change(old) as held:
        codes = service.new_recovery_codes(held, anna)
    with change(old) as held:
        sms_codes.start(held, anna, "+4915187654321")
        service.start(held, anna, "elsewhere")
    assert all(rows_of(old).values()), "a sealed column of which this test knows nothing"
    return anna, codes


def test_what_an_old_key_holds_is_used_while_it_is_brought_to_the_new_one(make_app, clock):
    inbox = SmsInbox()
    anna, codes = held_by_the_old_key(make_app, inbox)
    clock.pass_(minutes=1)
    both = make_app(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD], **with_texts(inbox))
    code = code_of_app(both, anna)

    def rotate_now():
        assert both.test_cli_runner().invoke(args=["watchword", "rotate-keys"]).exit_code == 0

    def set_up(held):
        secret = authenticators.waiting_secret(held, anna, "elsewhere")
        at = totp.code_at(secret, totp.step_at(held.now))
        service.finish(held, anna, "elsewhere", code=at, label="Tablet")

    uses = (
        lambda held: service.confirm(held, anna, {"code": code}),
        lambda held: recovery_codes.use(held, anna, codes[0]),
        set_up,
    )

    def act(number):
        if number < len(uses):
            with change(both) as held:
                uses[number](held)
        elif number == len(uses):
            rotate_now()
        else:
            deliver(both)

    together(len(uses) + 2, act)
    rotate_now()

    assert inbox.messages == []  # a code that was on its way is dropped: its owner asks for another one
    new = make_app(SECRET_KEY=NEW, **with_texts(inbox))
    assert all(None not in opened for opened in rows_of(new).values())
    with change(new) as held:
        assert (len(authenticators.list_for(held, anna)), recovery_codes.left(held, anna)) == (2, 9)
        sms_codes.send_to_confirm(held, anna)
    deliver(new)
    assert len(inbox.messages) == 1
