"""Change of address: nothing until the new one confirms, and back for a week."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.rows import statements
from watchword.core.errors import TooManyTries
from watchword.features.accounts import service as accounts
from watchword.features.accounts.errors import AddressNotValid
from watchword.features.email_confirmation.errors import ConfirmationNotValid, WrongConfirmationCode
from watchword.features.login import devices
from watchword.features.my_account.errors import SameAddress
from watchword.features.my_account.models import AddressChange
from watchword.features.my_account.service import address
from watchword.testing import make_user
from watchword.web.setup import setup_of

NEW = "anna@new.example"


@pytest.fixture
def ask(scope, anna, deliver, mailbox):
    """`ask(email)`: ask, deliver, return the browser's secret and the signed link."""

    def act(email=NEW, browser=""):
        browser = address.ask(scope, anna, email, browser=browser)
        scope.commit()
        deliver()
        return browser, mailbox.link(_number(mailbox, email)).rpartition("/")[2]

    return act


@pytest.fixture
def code(mailbox):
    """`code()`: the digits that were mailed to the new address."""
    return lambda: mailbox.code(_number(mailbox, NEW))


def _number(mailbox, email):
    return mailbox.mails.index(mailbox.to(email)[-1])


def email_of(scope, user_id):
    return accounts.get(scope, user_id).email


def test_the_old_address_stays_until_the_new_one_confirms(scope, anna, ask):
    _, link = ask()
    assert email_of(scope, anna) == "anna@example.com"

    address.confirm_by_link(scope, link)
    scope.commit()

    assert email_of(scope, anna) == NEW
    assert accounts.find(scope, "Anna@New.example").id == anna
    assert accounts.find(scope, "anna@example.com") is None


def test_the_code_confirms_in_the_browser_that_asked(scope, anna, ask, code):
    browser, _ = ask()

    address.confirm_by_code(scope, anna, code(), browser=browser)
    scope.commit()

    assert email_of(scope, anna) == NEW


def test_a_typed_code_takes_the_user_before_the_wish_as_taking_it_back_does(app, new_scope, anna, ask, code):
    """Each would hold what the other waits for, and PostgreSQL would end one of them with an error."""
    browser, _ = ask()
    scope = new_scope()
    with statements(setup_of(app).tools.store.engines.write) as seen:
        address.confirm_by_code(scope, anna, code(), browser=browser)
        scope.commit()

    assert email_of(new_scope(), anna) == NEW
    numbers = {
        wanted: next(number for number, each in enumerate(seen) if wanted in each.sql)
        for wanted in ("WHERE auth_user.id =", "UPDATE auth_address_change")
    }
    assert numbers["WHERE auth_user.id ="] < numbers["UPDATE auth_address_change"]


def test_the_code_is_worthless_in_another_browser_and_for_another_user(app, scope, anna, ask, code):
    browser, _ = ask()

    for user_id, secret in ((anna, "x" * 43), (make_user(app, "carla"), browser)):
        with pytest.raises(ConfirmationNotValid):
            address.confirm_by_code(scope, user_id, code(), browser=secret)


def test_after_five_wrong_codes_the_code_is_dead_and_the_link_lives(scope, anna, ask, code):
    browser, link = ask()
    for _ in range(5):
        with pytest.raises(WrongConfirmationCode):
            address.confirm_by_code(scope, anna, "00000000", browser=browser)
        scope.commit()
    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_code(scope, anna, code(), browser=browser)

    address.confirm_by_link(scope, link)
    assert email_of(scope, anna) == NEW


def test_each_link_confirms_the_address_it_names_and_kills_the_others(scope, anna, ask):
    _, first = ask("first@new.example")
    _, second = ask("second@new.example")

    address.confirm_by_link(scope, first)
    scope.commit()

    assert email_of(scope, anna) == "first@new.example"
    for link in (first, second):
        with pytest.raises(ConfirmationNotValid):
            address.confirm_by_link(scope, link)


def test_a_new_password_kills_what_waits(scope, anna, ask, code):
    browser, link = ask()
    accounts.set_password(scope, accounts.get(scope, anna), "a hash")
    scope.commit()

    with pytest.raises(ConfirmationNotValid):
        address.check_link(scope, link)
    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_link(scope, link)
    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_code(scope, anna, code(), browser=browser)
    assert address.waiting(scope, anna) == []


def test_a_link_is_dead_after_a_day(scope, clock, ask):
    _, link = ask()
    clock.pass_(hours=24, seconds=1)

    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_link(scope, link)


def test_the_owner_may_think_better_of_it(scope, anna, ask):
    _, link = ask()
    address.forget_waiting(scope, anna)
    scope.commit()

    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_link(scope, link)


def test_a_taken_address_waits_like_a_free_one_and_its_owner_is_told(app, scope, anna, deliver, mailbox):
    make_user(app, "carla")
    address.ask(scope, anna, "carla@example.com")
    scope.commit()
    deliver()

    (told,) = mailbox.to("carla@example.com")
    assert "http" not in told.get_body(("plain",)).get_content()
    assert [one.email for one in address.waiting(scope, anna)] == ["carla@example.com"]


def test_an_address_taken_meanwhile_is_not_given_away(app, scope, anna, ask):
    _, link = ask("berta@example.com")
    make_user(app, "berta")

    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_link(scope, link)
    scope.commit()

    assert email_of(scope, anna) == "anna@example.com"


@pytest.mark.parametrize(
    ("email", "refusal"), [("anna@example.com", SameAddress), ("ANNA@Example.com", SameAddress), ("x", AddressNotValid)]
)
def test_what_is_no_other_address_is_refused(scope, anna, email, refusal):
    with pytest.raises(refusal):
        address.ask(scope, anna, email)


def test_wishes_are_limited_and_mails_to_one_address_more_so(scope, anna, deliver, mailbox):
    for number in range(20):
        address.ask(scope, anna, f"an.na+{number}@new.example")
        scope.commit()
    with pytest.raises(TooManyTries):
        address.ask(scope, anna, NEW)
    deliver()

    assert len([mail for mail in mailbox.mails if "new.example" in str(mail["To"])]) == 2


def test_taking_it_back_brings_the_old_address_and_kills_later_ones(scope, anna, ask):
    first = _handle(scope, ask("first@new.example"))
    address.confirm_by_link(scope, first[1])
    scope.commit()
    second = _handle(scope, ask("second@new.example"))
    address.confirm_by_link(scope, second[1])
    scope.commit()

    address.take_back(scope, anna, {"change": first[0]})
    scope.commit()
    assert email_of(scope, anna) == "anna@example.com"

    address.take_back(scope, anna, {"change": second[0]})
    assert email_of(scope, anna) == "anna@example.com"


def test_taking_back_what_only_waits_makes_its_link_worthless(scope, anna, ask):
    handle, link = _handle(scope, ask())

    address.take_back(scope, anna, {"change": handle})
    scope.commit()

    with pytest.raises(ConfirmationNotValid):
        address.confirm_by_link(scope, link)
    assert email_of(scope, anna) == "anna@example.com"


def test_nobody_takes_back_the_change_of_another(app, scope, anna, ask):
    handle, link = _handle(scope, ask())
    address.confirm_by_link(scope, link)
    scope.commit()

    address.take_back(scope, make_user(app, "carla"), {"change": handle})
    scope.commit()

    assert email_of(scope, anna) == NEW


def test_known_browsers_are_forgotten_with_the_old_address(scope, new_scope, anna, ask):
    device = devices.remember(scope, accounts.get(scope, anna)).secret
    scope.commit()
    address.confirm_by_link(scope, ask()[1])
    scope.commit()

    assert not devices.handle_of_caller(new_scope(device=device), accounts.get(scope, anna))


def test_old_wishes_are_purged_when_they_cannot_be_taken_back_any_more(scope, clock, ask):
    ask()
    clock.pass_(days=9)
    assert address.purge(scope) == 0
    clock.pass_(seconds=1)

    assert address.purge(scope) == 1


def _handle(scope, asked):
    """The public name of the newest wish, and its link."""
    newest = select(AddressChange.handle).order_by(AddressChange.id.desc()).limit(1)
    return scope.read.scalar(newest), asked[1]
