from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select, update

from tests.support.together import together
from watchword.core.errors import TooManyTries
from watchword.features.accounts import service as accounts
from watchword.features.accounts.errors import AddressNotValid, PasswordTooShort
from watchword.features.accounts.models import User
from watchword.features.login import devices
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.password_reset import service
from watchword.features.password_reset.errors import ResetCodeDead, ResetLinkNotValid, WrongResetCode
from watchword.features.password_reset.models import ResetLink
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD, make_user

NEW = "seven maple trees in the wind"
OTHER = "violet harbour under seven clouds"


def reset(scope, key, password=NEW):
    device = service.set_new_password(scope, key, password)
    scope.commit()
    return device


def close(scope, user_id):
    scope.db.execute(update(User).where(User.id == user_id).values(closed_at=scope.now))
    scope.commit()


def links(scope):
    return scope.read.scalar(select(func.count()).select_from(ResetLink))


def test_the_link_sets_a_new_password(scope, anna, ask, key):
    ask()

    reset(scope, key())

    person = accounts.get(scope, anna)
    assert accounts.verify(scope, person, NEW)
    assert not accounts.verify(scope, person, PASSWORD)


def test_the_page_learns_whose_password_it_is_with_the_address_masked(scope, anna, ask, key):
    ask()

    account = service.find(scope, key())

    assert (account.username, account.masked_email) == ("anna", "a***@example.com")


@pytest.mark.parametrize("email", ["nobody@example.com", "ANNA@elsewhere.example.com"])
def test_nobody_gets_no_mail(scope, ask, mailbox, email):
    ask(email)

    assert mailbox.mails == []
    assert links(scope) == 0


def test_a_closed_account_is_treated_like_an_unknown_one(scope, anna, ask, mailbox):
    close(scope, anna)
    ask()

    assert mailbox.mails == []


def test_an_account_closed_meanwhile_is_not_opened_by_its_link(scope, anna, ask, key):
    ask()
    close(scope, anna)

    with pytest.raises(ResetLinkNotValid):
        service.find(scope, key())
    with pytest.raises(ResetLinkNotValid):
        service.set_new_password(scope, key(), NEW)


def test_what_is_no_address_is_refused_before_anything_is_written(scope):
    with pytest.raises(AddressNotValid):
        service.ask(scope, "anna")


def test_a_link_is_good_once(scope, ask, key):
    ask()
    reset(scope, key())

    with pytest.raises(ResetLinkNotValid):
        service.set_new_password(scope, key(), OTHER)


def test_a_password_that_is_refused_does_not_burn_the_link(scope, ask, key):
    ask()
    with pytest.raises(PasswordTooShort):
        service.set_new_password(scope, key(), "short")
    scope.commit()

    reset(scope, key())


def test_a_second_link_replaces_the_first(scope, ask, key):
    ask()
    ask()

    with pytest.raises(ResetLinkNotValid):
        service.find(scope, key(0))
    assert service.find(scope, key(1))


def test_a_link_is_dead_after_half_an_hour(scope, ask, key, clock):
    ask()
    opened = key()
    clock.pass_(minutes=30, seconds=1)

    with pytest.raises(ResetLinkNotValid):
        key()
    with pytest.raises(ResetLinkNotValid):
        service.find(scope, opened)
    assert service.purge(scope) == 1


def test_a_change_of_the_password_kills_the_link(scope, anna, ask, key):
    ask()
    accounts.set_password(scope, accounts.get(scope, anna), accounts.hash_new_password(scope, OTHER))
    scope.commit()

    with pytest.raises(ResetLinkNotValid):
        service.set_new_password(scope, key(), NEW)


def test_over_the_cap_nothing_is_mailed_and_the_live_link_stays(scope, ask, key, mailbox, clock):
    for _ in range(5):
        ask()

    assert len(mailbox.mails) == 2
    assert service.find(scope, key(1))
    clock.pass_(minutes=10, seconds=1)
    ask()
    assert len(mailbox.mails) == 3


def test_rl_12_who_asks_in_somebody_s_name_all_day_long_keeps_no_link_from_the_owner(
    new_scope, anna, deliver, mailbox, clock
):
    def ask(minutes):
        asker = new_scope(ip=f"198.51.100.{len(mailbox.mails)}")
        service.ask(asker, "anna@example.com")
        asker.commit()
        deliver()
        clock.pass_(minutes=minutes)
        return len(mailbox.mails)

    asked_often = [ask(10) for _ in range(36)]
    then = [ask(30) for _ in range(4)]

    assert asked_often[-1] == 20 + 350 // 30
    assert then == [asked_often[-1] + more for more in (1, 2, 3, 4)]


def test_one_caller_asks_twenty_times_an_hour(scope):
    for number in range(20):
        service.ask(scope, f"a{number}@example.com")
        scope.commit()

    with pytest.raises(TooManyTries):
        service.ask(scope, "b@example.com")


def test_the_code_opens_the_form_only_in_the_browser_that_asked(scope, ask, key, mailbox):
    browser = ask()
    code = mailbox.code()

    with pytest.raises(WrongResetCode):
        service.key_by_code(scope, "another browser", code)
    scope.commit()
    assert service.key_by_code(scope, browser, f" {code[:4]} {code[4:]} ") == key()


def test_the_code_works_once_and_the_link_after_it(scope, ask, key, mailbox):
    browser = ask()
    service.key_by_code(scope, browser, mailbox.code())
    scope.commit()

    with pytest.raises(WrongResetCode):
        service.key_by_code(scope, browser, mailbox.code())
    scope.commit()
    reset(scope, key())


@pytest.mark.parametrize("email", ["anna@example.com", "nobody@example.com"])
def test_five_wrong_codes_kill_the_code_known_address_or_not(scope, ask, email):
    browser = ask(email)
    left = []
    for _ in range(5):
        with pytest.raises(WrongResetCode) as refusal:
            service.key_by_code(scope, browser, "00000000")
        scope.commit()
        left.append(refusal.value.values["left"])

    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(ResetCodeDead):
        service.key_by_code(scope, browser, "00000000")


def test_when_the_code_is_dead_the_link_lives(scope, ask, key, mailbox):
    browser = ask()
    for _ in range(5):
        with pytest.raises(WrongResetCode):
            service.key_by_code(scope, browser, "00000000")
        scope.commit()

    with pytest.raises(ResetCodeDead):
        service.key_by_code(scope, browser, mailbox.code())
    reset(scope, key())


def test_a_reset_ends_every_session_every_waiting_login_and_every_known_device(scope, new_scope, anna, ask, key):
    secret = sessions.start(scope, anna, {"pwd"}, remembered=True)
    person = accounts.get(scope, anna)
    elsewhere = devices.remember(scope, person).secret
    begun = login.Waiting(anna, person.credential_version, frozenset({"pwd"}), remembered=False, due=frozenset())
    waiting = login._wait(scope, begun)
    scope.commit()
    ask()

    here = reset(scope, key())

    person = accounts.get(scope, anna)
    assert not sessions.visitor(scope, secret).is_authenticated
    assert not devices.handle_of_caller(new_scope(device=elsewhere), person)
    assert devices.handle_of_caller(new_scope(device=here), person)
    with pytest.raises(LoginNotWaiting):
        login.peek(scope, waiting)


def test_of_six_resets_with_one_link_exactly_one_wins(app, new_scope, anna, ask, key):
    ask()
    opened = key()
    passwords = [f"{NEW} number {number}" for number in range(6)]
    scopes = [new_scope() for _ in passwords]

    def set_it(number):
        try:
            with app.app_context():
                reset(scopes[number], opened, passwords[number])
        except ResetLinkNotValid:
            scopes[number].commit()
            return "refused"
        return "done"

    outcomes = together(6, set_it)

    assert Counter(outcomes) == {"done": 1, "refused": 5}
    after = new_scope()
    person = accounts.get(after, anna)
    opens = [accounts.verify(after, person, password) for password in passwords]
    assert opens.index(True) == outcomes.index("done")
    assert sum(opens) == 1


def test_a_link_for_an_owner_is_mailed_whatever_the_caps_say(scope, anna, ask, deliver, mailbox):
    for _ in range(3):
        ask()

    service.ask_for(scope, anna, "old@example.com")
    scope.commit()
    deliver()

    assert [mail["To"] for mail in mailbox.mails][2:] == ["old@example.com"]
    key = service.key_of(scope, mailbox.link().rpartition("/")[2])
    assert service.find(scope, key).masked_email == "o***@example.com"


def test_a_user_without_a_password_gets_one(app, scope, ask, key):
    berta = make_user(app, "berta", password=None)
    ask("berta@example.com")

    reset(scope, key())

    assert accounts.verify(scope, accounts.get(scope, berta), NEW)
