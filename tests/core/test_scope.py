from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from watchword.core.errors import AuthError
from watchword.core.limits import Rate
from watchword.core.mail import Mail
from watchword.features.audit.models import AuditRow
from watchword.features.outbox.models import OutboxRow
from watchword.features.sessions.events import SessionsEnded


def count(scope, model):
    return scope.read.scalar(select(func.count()).select_from(model))


def send_and_break(scope, taken):
    with scope.attempt():
        scope.send(Mail("anna@example.com", "registration/confirm"))
        scope.db.execute(insert(AuditRow).values(id=taken))


def happened():
    return SessionsEnded(user_id=1, count=2, reason="test")


def test_nobody_hashes_while_a_write_is_open(scope):
    scope.emit(happened())

    with pytest.raises(ValueError, match="hash a password"):
        _ = scope.hasher


def test_nobody_counts_while_a_write_is_open(scope):
    scope.emit(happened())

    with pytest.raises(ValueError, match="count"):
        scope.limits.take(Rate.of("x", "1/minute"))


def test_after_settling_slow_work_may_go_on(scope):
    scope.emit(happened())
    scope.settle()

    assert scope.hasher.hash("x")


def test_events_and_mails_are_undone_with_their_change(scope, new_scope):
    scope.emit(happened())
    scope.send(Mail("anna@example.com", "registration/confirm"))
    scope.close()

    assert (count(new_scope(), AuditRow), count(new_scope(), OutboxRow)) == (0, 0)


def test_events_and_mails_are_kept_with_their_change(scope, new_scope):
    scope.emit(happened())
    scope.send(Mail("anna@example.com", "registration/confirm"))
    scope.commit()

    assert (count(new_scope(), AuditRow), count(new_scope(), OutboxRow)) == (1, 1)


def test_what_is_told_is_told_once_it_is_kept_and_never_when_it_is_undone(scope):
    for text, end in (("undone", scope.undo), ("kept", scope.commit)):
        scope.db.execute(select(1))
        scope.tell(text)
        assert text not in scope.told
        end()

    assert scope.told == ["kept"]


def test_looking_leaves_nothing_open(scope):
    count(scope, AuditRow)

    assert not scope.writing


def test_a_scope_sees_its_own_change(scope):
    scope.emit(happened())

    assert count(scope, AuditRow) == 1


def test_an_attempt_that_the_database_refuses_takes_back_itself_alone(scope, new_scope):
    scope.emit(happened())
    (row,) = scope.db.scalars(select(AuditRow)).all()

    with pytest.raises(IntegrityError):
        send_and_break(scope, row.id)
    scope.commit()

    assert (count(new_scope(), AuditRow), count(new_scope(), OutboxRow)) == (1, 0)


def test_of_many_done_one_by_one_a_failing_one_is_taken_back_alone_and_named_without_its_message(
    scope, new_scope, caplog
):
    def act(scope, key):
        scope.emit(happened())
        scope.send(Mail("anna@example.com", "registration/confirm"))
        if key == 2:
            raise RuntimeError("anna@example.com")

    assert scope.one_by_one(act, [*[2] * 30, 1, 3, 4, 5], at_most=3) == 3

    assert (count(new_scope(), AuditRow), count(new_scope(), OutboxRow)) == (3, 3)
    assert "act 2: RuntimeError at test_scope.py" in caplog.text
    assert "anna@" not in caplog.text


def test_each_change_begins_with_the_look_that_was_asked_for(scope):
    looks = []
    scope.begin_changes_with(lambda: looks.append(count(scope, AuditRow)))

    for _ in range(2):
        scope.emit(happened())
        scope.emit(happened())
        scope.commit()

    assert looks == [0, 2]


def test_a_change_whose_look_refuses_does_not_begin_however_often_it_is_tried(scope, new_scope):
    def refuse():
        assert count(scope, AuditRow) == 0
        raise AuthError

    scope.begin_changes_with(refuse)

    for _ in range(2):
        with pytest.raises(AuthError):
            scope.emit(happened())
    scope.commit()

    assert (scope.writing, count(new_scope(), AuditRow)) == (False, 0)
