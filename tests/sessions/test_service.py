from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from watchword.features.accounts.models import User
from watchword.features.sessions import service
from watchword.features.sessions.errors import SessionNotFound
from watchword.features.sessions.models import UserSession


def start(scope, user_id, *, remembered=False):
    secret = service.start(scope, user_id, {"pwd"}, remembered=remembered)
    scope.commit()
    return secret


def is_signed_in(scope, secret):
    return service.visitor(scope, secret).is_authenticated


def test_the_holder_of_the_secret_is_signed_in(scope, anna):
    visitor = service.visitor(scope, start(scope, anna))

    assert (visitor.id, visitor.username, visitor.email) == (anna, "anna", "anna@example.com")
    assert visitor.proofs == {"pwd"}


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "A" * 10_000, "../x", "' or 1=1 --", "\x00", "é" * 43])
def test_a_value_we_never_issued_is_nobody(scope, anna, secret):
    assert not is_signed_in(scope, secret)


def test_the_table_holds_no_secret(scope, anna):
    secret = start(scope, anna)

    for row in scope.read.execute(select(*UserSession.__table__.columns)):
        assert secret not in [str(value) for value in row]


def test_half_an_hour_without_a_request_ends_a_session(scope, anna, clock):
    secret = start(scope, anna)
    clock.pass_(minutes=29)
    assert is_signed_in(scope, secret)
    clock.pass_(minutes=31)

    assert not is_signed_in(scope, secret)


def test_twelve_hours_end_a_session_however_often_it_is_used(scope, anna, clock):
    secret = start(scope, anna)
    for _ in range(12 * 3):
        assert is_signed_in(scope, secret)
        clock.pass_(minutes=20)

    assert not is_signed_in(scope, secret)


def test_a_remembered_session_lives_over_days(scope, anna, clock):
    secret = start(scope, anna, remembered=True)
    clock.pass_(days=13)

    visitor = service.visitor(scope, secret)

    assert visitor.is_authenticated


def test_two_weeks_without_a_request_end_a_remembered_session(scope, anna, clock):
    secret = start(scope, anna, remembered=True)
    clock.pass_(days=14, seconds=1)

    assert not is_signed_in(scope, secret)


def test_thirty_days_end_a_remembered_session(scope, anna, clock):
    secret = start(scope, anna, remembered=True)
    for _ in range(30):
        visitor = service.visitor(scope, secret)
        assert visitor.is_authenticated
        secret = visitor.new_secret or secret
        clock.pass_(days=1)

    assert not is_signed_in(scope, secret)


def test_a_remembered_secret_is_renewed_once_a_day_of_use(scope, anna, clock):
    secret = start(scope, anna, remembered=True)
    clock.pass_(hours=23)
    assert service.visitor(scope, secret).new_secret is None
    clock.pass_(hours=2)

    new = service.visitor(scope, secret).new_secret

    assert new is not None
    assert is_signed_in(scope, new)


def test_the_old_secret_is_good_for_a_minute_more(scope, anna, clock):
    secret = start(scope, anna, remembered=True)
    clock.pass_(days=1)
    service.visitor(scope, secret)
    clock.pass_(seconds=60)

    assert is_signed_in(scope, secret)


def test_an_old_secret_shown_later_ends_the_session_and_tells_the_owner(scope, anna, clock, deliver, mailbox):
    secret = start(scope, anna, remembered=True)
    clock.pass_(days=1)
    new = service.visitor(scope, secret).new_secret
    clock.pass_(seconds=61)

    assert not is_signed_in(scope, secret)
    assert not is_signed_in(scope, new)
    deliver()
    assert [mail["To"] for mail in mailbox.mails] == ["anna@example.com"]


def test_last_seen_is_written_at_most_once_a_minute(scope, anna, clock):
    secret = start(scope, anna)
    began = scope.now
    for seconds in (20, 20, 19):
        clock.pass_(seconds=seconds)
        service.visitor(scope, secret)
    assert service.list_for(scope, anna)[0].last_seen == began
    clock.pass_(seconds=1)
    service.visitor(scope, secret)

    assert service.list_for(scope, anna)[0].last_seen == began + timedelta(seconds=60)


def test_a_closed_user_is_out_on_the_next_request(scope, anna):
    secret = start(scope, anna)
    scope.db.execute(update(User).values(closed_at=scope.now))
    scope.commit()

    assert not is_signed_in(scope, secret)


def test_an_ended_session_is_out_on_the_next_request(scope, anna):
    secret = start(scope, anna)
    handle = service.list_for(scope, anna)[0].handle

    service.end(scope, anna, handle)
    scope.commit()

    assert not is_signed_in(scope, secret)
    assert scope.read.scalar(select(func.count()).select_from(UserSession)) == 0


def test_a_session_of_somebody_else_can_not_be_ended(app, scope, anna):
    from watchword.testing import make_user

    secret = start(scope, anna)
    handle = service.list_for(scope, anna)[0].handle

    with pytest.raises(SessionNotFound):
        service.end(scope, make_user(app, "carla"), handle)
    assert is_signed_in(scope, secret)


def test_ending_the_others_keeps_this_one(scope, anna):
    mine, *others = (start(scope, anna) for _ in range(3))
    handle = service.visitor(scope, mine).session

    assert service.end_others(scope, anna, handle, reason="ended_by_owner") == 2
    scope.commit()

    assert is_signed_in(scope, mine)
    assert not any(is_signed_in(scope, other) for other in others)


def test_a_renewed_session_keeps_its_handle_and_kills_its_old_secret(scope, anna):
    secret = start(scope, anna)
    handle = service.visitor(scope, secret).session

    new = service.renew(scope, handle)
    scope.commit()

    assert not is_signed_in(scope, secret)
    assert service.visitor(scope, new).session == handle


def test_signing_out_with_the_renewed_away_secret_ends_the_session_too(scope, anna, clock):
    secret = start(scope, anna, remembered=True)
    clock.pass_(days=1)
    new = service.visitor(scope, secret).new_secret

    service.end_secret(scope, secret, reason="signed_out")
    scope.commit()

    assert not is_signed_in(scope, new)


def test_what_is_over_is_purged(scope, anna, clock):
    start(scope, anna)
    clock.pass_(days=1)

    assert service.purge(scope) == 1
