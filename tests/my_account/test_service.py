from __future__ import annotations

import pytest

from watchword.core.errors import TooManyTries
from watchword.features.accounts import service as accounts
from watchword.features.accounts.errors import PasswordKnown, PasswordLikeYou, PasswordTooShort
from watchword.features.login import devices
from watchword.features.my_account import service
from watchword.features.my_account.errors import SamePassword, WrongCurrentPassword
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD

NEW = "seven maple trees in the wind"


@pytest.fixture
def start(scope, anna):
    def session():
        secret = sessions.start(scope, anna, {"pwd"}, remembered=False)
        scope.commit()
        return secret, sessions.visitor(scope, secret)

    return session


def test_a_new_password_opens_the_account_and_the_old_one_does_not(scope, anna, start):
    _, user = start()

    service.change_password(scope, user, current=PASSWORD, new=NEW)
    scope.commit()

    person = accounts.get(scope, anna)
    assert accounts.verify(scope, person, NEW)
    assert not accounts.verify(scope, person, PASSWORD)


def test_other_sessions_end_and_this_one_gets_a_new_secret(scope, start):
    mine, user = start()
    other, _ = start()

    secrets = service.change_password(scope, user, current=PASSWORD, new=NEW)
    scope.commit()

    assert sessions.visitor(scope, secrets.session).session == user.session
    assert not sessions.visitor(scope, mine).is_authenticated
    assert not sessions.visitor(scope, other).is_authenticated


def test_this_browser_stays_known_and_others_are_forgotten(scope, new_scope, anna, start):
    _, user = start()
    elsewhere = devices.remember(scope, accounts.get(scope, anna)).secret
    scope.commit()

    secrets = service.change_password(scope, user, current=PASSWORD, new=NEW)
    scope.commit()

    person = accounts.get(scope, anna)
    assert devices.handle_of_caller(new_scope(device=secrets.device), person)
    assert not devices.handle_of_caller(new_scope(device=elsewhere), person)


def test_the_owner_is_told_by_mail(scope, start, deliver, mailbox):
    service.change_password(scope, start()[1], current=PASSWORD, new=NEW)
    scope.commit()
    deliver()

    assert [mail["To"] for mail in mailbox.mails] == ["anna@example.com"]
    assert NEW not in mailbox.text()


def test_without_the_current_password_nothing_changes(scope, anna, start):
    with pytest.raises(WrongCurrentPassword):
        service.change_password(scope, start()[1], current="something else entirely", new=NEW)
    scope.commit()

    assert accounts.verify(scope, accounts.get(scope, anna), PASSWORD)


def test_guesses_at_the_current_password_are_counted_like_sign_ins(scope, start):
    _, user = start()
    for _ in range(5):
        with pytest.raises(WrongCurrentPassword):
            service.change_password(scope, user, current="something else entirely", new=NEW)
        scope.commit()

    with pytest.raises(TooManyTries):
        service.change_password(scope, user, current=PASSWORD, new=NEW)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        ("short", PasswordTooShort),
        ("passwordpassword", PasswordKnown),
        ("anna@example.com", PasswordLikeYou),
        (PASSWORD, SamePassword),
    ],
)
def test_a_new_password_keeps_the_same_rules_as_the_first(scope, anna, start, new, refusal):
    with pytest.raises(refusal):
        service.change_password(scope, start()[1], current=PASSWORD, new=new)
    scope.commit()

    assert accounts.verify(scope, accounts.get(scope, anna), PASSWORD)
