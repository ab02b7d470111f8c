from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from watchword.core.limits import TooManyTries
from watchword.features.accounts import service as accounts
from watchword.features.accounts.errors import UserNameTaken
from watchword.features.accounts.models import User
from watchword.features.email_confirmation import service as confirmation
from watchword.features.email_confirmation.errors import ConfirmationNotValid, WrongConfirmationCode
from watchword.features.registration import service
from watchword.features.registration.errors import RegistrationClosed
from watchword.features.registration.models import WaitingRegistration
from watchword.testing import PASSWORD, make_user, submit
from watchword.testing import deliver as carry

OTHER = "violet harbour under seven clouds"


def register(scope, name="berta", email="berta@example.com", password=PASSWORD):
    browser = service.register(scope, name, email, password=password)
    scope.commit()
    return browser


def signed_link(mailbox, number=-1):
    return mailbox.link(number).rpartition("/")[2]


def users(scope):
    return scope.read.scalar(select(func.count()).select_from(User))


def test_a_registration_makes_no_user_until_its_address_is_confirmed(scope):
    register(scope)

    assert users(scope) == 0
    assert accounts.find(scope, "berta") is None


def test_the_link_makes_the_user_in_the_browser_that_registered(scope, mailbox, deliver):
    browser = register(scope)
    deliver()

    user_id = service.confirm_by_link(scope, signed_link(mailbox), browser)
    scope.commit()

    person = accounts.find(scope, "Berta@Example.com")
    assert person is not None
    assert person.id == user_id
    assert accounts.verify(scope, person, PASSWORD)


def test_a_link_is_good_once(scope, mailbox, deliver):
    browser = register(scope)
    deliver()
    service.confirm_by_link(scope, signed_link(mailbox), browser)
    scope.commit()

    with pytest.raises(ConfirmationNotValid):
        service.confirm_by_link(scope, signed_link(mailbox), browser)


def test_looking_at_a_link_uses_nothing_up(scope, mailbox, deliver):
    browser = register(scope)
    deliver()

    for _ in range(3):
        assert service.check_link(scope, signed_link(mailbox), browser).same_browser

    service.confirm_by_link(scope, signed_link(mailbox), browser)


def test_a_link_is_dead_after_a_day(scope, mailbox, deliver, clock):
    browser = register(scope)
    deliver()
    clock.pass_(hours=24, seconds=1)

    with pytest.raises(ConfirmationNotValid):
        service.check_link(scope, signed_link(mailbox), browser)


def test_the_code_makes_the_user_only_in_the_browser_that_registered(scope, mailbox, deliver):
    browser = register(scope)
    deliver()
    code = mailbox.code()

    with pytest.raises(ConfirmationNotValid):
        service.confirm_by_code(scope, "another browser", code)
    service.confirm_by_code(scope, browser, f" {code[:4]} {code[4:]} ")

    assert users(scope) == 1


def test_a_code_that_the_worker_takes_away_meanwhile_is_refused_and_no_fault(scope, deliver, monkeypatch):
    browser = register(scope)
    deliver()
    has_room = confirmation._has_room

    def take_away(*args):
        scope.db.execute(update(WaitingRegistration).values(code=None))
        scope.commit()
        return has_room(*args)

    monkeypatch.setattr(confirmation, "_has_room", take_away)

    with pytest.raises(ConfirmationNotValid):
        service.confirm_by_code(scope, browser, "00000000")


def test_after_five_wrong_codes_the_right_one_is_dead_and_the_link_lives(scope, mailbox, deliver):
    browser = register(scope)
    deliver()
    for _ in range(5):
        with pytest.raises(WrongConfirmationCode):
            service.confirm_by_code(scope, browser, "00000000")
        scope.commit()

    with pytest.raises(ConfirmationNotValid):
        service.confirm_by_code(scope, browser, mailbox.code())
    service.confirm_by_link(scope, signed_link(mailbox), browser)


def test_a_stranger_who_registered_first_does_not_choose_the_password(scope, mailbox, deliver):
    register(scope, password="the password of a stranger")
    deliver()

    user_id = service.confirm_by_link(scope, signed_link(mailbox), "the owner's browser", password=OTHER)
    scope.commit()

    person = accounts.get(scope, user_id)
    assert accounts.verify(scope, person, OTHER)
    assert not accounts.verify(scope, person, "the password of a stranger")


def test_elsewhere_the_password_chosen_at_registration_is_enough(scope, mailbox, deliver):
    register(scope)
    deliver()

    user_id = service.confirm_by_link(scope, signed_link(mailbox), "", password=PASSWORD)
    scope.commit()

    assert accounts.verify(scope, accounts.get(scope, user_id), PASSWORD)


def test_d8_the_owner_of_a_known_address_is_told_and_no_link_is_mailed(app, scope, mailbox, deliver):
    make_user(app, "berta")
    register(scope, name="somebody", email="BERTA@example.com")
    deliver()

    assert [mail["To"] for mail in mailbox.mails] == ["berta@example.com"]
    assert "confirm-email" not in mailbox.text()
    assert "http://localhost/login\n" in mailbox.text()
    assert "http://localhost/forgot-password\n" in mailbox.text()


def test_without_password_reset_the_owner_of_a_known_address_is_pointed_to_signing_in_alone(make_app, mailbox):
    app = make_app(WATCHWORD_FEATURES="minimal")
    make_user(app, "berta")
    submit(app.test_client(), "/register", username="somebody", email="berta@example.com", password=PASSWORD)
    carry(app)

    assert "http://localhost/login\n" in mailbox.text()
    assert "forgot" not in mailbox.text().lower()


def test_known_and_unknown_addresses_leave_the_same_rows(app, scope, new_scope):
    make_user(app, "berta")
    counts = []
    for name, email in (("one", "berta@example.com"), ("two", "nobody@example.com")):
        before = rows(new_scope())
        register(new_scope(), name=name, email=email)
        after = rows(new_scope())
        counts.append({table: after[table] - before[table] for table in after})

    assert counts[0] == counts[1]


def test_a_name_held_by_a_user_is_said(app, scope):
    make_user(app, "berta")

    with pytest.raises(UserNameTaken):
        service.register(scope, "BERTA", "other@example.com", password=PASSWORD)


def test_a_waiting_registration_holds_no_name(scope):
    register(scope)
    register(scope, email="other@example.com")


def test_a_name_taken_meanwhile_is_chosen_anew_and_the_link_stays_good(app, scope, mailbox, deliver):
    browser = register(scope)
    deliver()
    with app.app_context():
        make_user_named(app, "berta", "elsewhere@example.com")

    with pytest.raises(UserNameTaken):
        service.confirm_by_link(scope, signed_link(mailbox), browser)
    scope.commit()
    user_id = service.confirm_by_link(scope, signed_link(mailbox), browser, username="berta2")
    scope.commit()

    assert accounts.get(scope, user_id).username == "berta2"


def test_the_newer_registration_stands_beside_the_older_and_the_link_decides(scope, mailbox, deliver):
    first = register(scope, name="first")
    second = register(scope, name="second")
    deliver()
    links = [signed_link(mailbox, number) for number in (0, 1)]

    user_id = service.confirm_by_link(scope, links[0], first)
    scope.commit()

    assert accounts.get(scope, user_id).username == "first"
    with pytest.raises(ConfirmationNotValid):
        service.confirm_by_link(scope, links[1], second)


def test_an_address_gets_at_most_two_mails_at_once_and_the_first_keep_working(scope, mailbox, deliver):
    browser = register(scope)
    for _ in range(4):
        service.mail_again(scope, browser, "berta@example.com")
        scope.commit()
    deliver()

    assert len(mailbox.mails) == 2
    service.confirm_by_link(scope, signed_link(mailbox, 0), browser)


def test_spellings_of_one_address_share_the_cap(scope, mailbox, deliver):
    for number, email in enumerate(
        ("b.erta@example.com", "berta+1@example.com", "BERTA@example.com", "berta@example.com")
    ):
        register(scope, name=f"name{number}", email=email)
    deliver()

    assert len(mailbox.mails) == 2


def test_a_host_may_close_registration(scope):
    scope.tools.policies["may_register"] = lambda _scope, email: not email.endswith("@example.com")

    with pytest.raises(RegistrationClosed):
        service.register(scope, "berta", "berta@example.com", password=PASSWORD)
    service.register(scope, "berta", "berta@other.test", password=PASSWORD)


def test_twenty_registrations_an_hour_from_one_address_are_enough(scope, clock):
    for number in range(20):
        register(scope, name=f"name{number}", email=f"name{number}@example.com")

    with pytest.raises(TooManyTries) as refused:
        register(scope, name="late", email="late@example.com")
    assert 0 < refused.value.retry_after <= 3600
    clock.pass_(hours=1, seconds=1)
    register(scope, name="late", email="late@example.com")


def test_what_waited_too_long_is_purged(scope, clock):
    register(scope)
    clock.pass_(hours=25)

    assert service.purge(scope) == 1


def rows(scope):
    from watchword.tables import MODELS

    return {
        model.__tablename__: scope.read.scalar(select(func.count()).select_from(model))
        for model in MODELS
        if model.__tablename__ != "auth_limit"
    }


def make_user_named(app, name, email):
    from watchword.core.scope import Scope
    from watchword.features.accounts.addresses import check_address
    from watchword.features.accounts.names import check_user_name
    from watchword.web.setup import setup_of

    scope = Scope(setup_of(app).tools)
    assert accounts.add(scope, check_user_name(name), check_address(email), password_hash=None)
    scope.commit()
    scope.close()
