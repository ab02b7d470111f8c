from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.notices.conftest import GateMoved
from tests.support.together import together
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import check_address
from watchword.features.login import devices
from watchword.features.login.models import KnownDevice
from watchword.features.notices import service
from watchword.features.notices.errors import SecureLinkNotValid
from watchword.features.password_reset import service as password_reset
from watchword.features.password_reset.errors import ResetLinkNotValid
from watchword.features.sessions import service as sessions
from watchword.testing import PASSWORD
from watchword.web.setup import setup_of

NEW = "seven maple trees in the wind"


def test_taking_back_undoes_the_change_and_drops_what_was_added_since(move_gate, take_back, anna, calls, clock):
    happened_at = clock.now()
    token = move_gate()
    clock.pass_(days=6)

    take_back(token)

    assert calls == [("undo", anna, "north"), ("drop", anna, happened_at - service.BEFORE)]


def test_taking_back_signs_everybody_out_and_forgets_all_browsers(move_gate, take_back, new_scope, anna):
    scope = new_scope()
    secret = sessions.start(scope, anna, {"pwd"}, remembered=True)
    device = devices.remember(scope, accounts.get(scope, anna)).secret
    scope.commit()

    take_back(move_gate())

    after = new_scope(device=device)
    assert not sessions.visitor(after, secret).is_authenticated
    assert not devices.handle_of_caller(after, accounts.get(after, anna))
    assert after.read.scalar(select(func.count()).select_from(KnownDevice)) == 0


def test_taking_back_closes_the_password_and_mails_a_link_to_the_address_of_before(
    move_gate, take_back, new_scope, anna, reset_mails
):
    secured = take_back(move_gate(email="old@example.com"))

    scope = new_scope()
    assert not accounts.verify(scope, accounts.get(scope, anna), PASSWORD)
    assert secured.email == "old@example.com"
    assert reset_mails() == ["old@example.com"]


def test_the_mailed_code_opens_the_closed_password(move_gate, take_back, scope, reset_mails, mailbox):
    secured = take_back(move_gate())
    reset_mails()

    key = password_reset.key_by_code(scope, secured.browser, mailbox.code())
    scope.commit()
    password_reset.set_new_password(scope, key, NEW)
    scope.commit()

    assert accounts.verify(scope, accounts.find(scope, "anna"), NEW)


def test_looking_at_the_link_uses_nothing_up(move_gate, take_back, new_scope):
    token = move_gate()
    for _ in range(3):
        assert service.find(new_scope(), token).facts["old"] == "north"

    take_back(token)


def test_it_works_once(move_gate, take_back):
    token = move_gate()
    take_back(token)

    with pytest.raises(SecureLinkNotValid):
        take_back(token)


def test_it_works_for_seven_days(move_gate, take_back, clock):
    token = move_gate()
    clock.pass_(days=7, seconds=1)

    with pytest.raises(SecureLinkNotValid):
        take_back(token)


@pytest.mark.parametrize("token", ["", "x", "null", "A" * 43])
def test_what_was_never_mailed_is_refused(new_scope, app, token):
    with pytest.raises(SecureLinkNotValid):
        service.find(new_scope(), token)


def test_what_an_intruder_was_told_since_can_not_undo_the_undoing(move_gate, take_back, new_scope, clock):
    owners = move_gate()
    clock.pass_(minutes=5)
    intruders = move_gate(email="intruder@example.com")
    clock.pass_(minutes=5)

    take_back(owners)

    with pytest.raises(SecureLinkNotValid):
        service.find(new_scope(), intruders)
    with pytest.raises(SecureLinkNotValid):
        take_back(intruders)


@pytest.fixture
def waiting_for_an_intruder(move_gate, move_house, scope, anna, clock):
    """A notice waits that goes to an intruder's address; the token in the owner's mail of before."""
    owners = move_gate()
    clock.pass_(minutes=5)
    move_house("intruder@example.com")
    clock.pass_(minutes=5)
    scope.emit(GateMoved(user_id=anna, old="west"))
    scope.commit()
    return owners


def test_a_notice_that_waited_while_the_account_was_taken_back_goes_to_its_owner_and_is_as_worthless(
    waiting_for_an_intruder, take_back, deliver, mailbox
):
    take_back(waiting_for_an_intruder)
    told = len(mailbox.mails)
    deliver()

    assert {mail["To"] for mail in mailbox.mails[told:]} == {"anna@example.com"}
    (waited,) = (number for number, mail in enumerate(mailbox.mails) if "west" in mailbox.text(number))
    with pytest.raises(SecureLinkNotValid):
        take_back(mailbox.link(waited).rpartition("/")[2])


def test_an_address_that_is_taken_back_between_the_look_and_the_change_opens_nothing(
    move_gate, take_back, meanwhile, reset_mails, clock
):
    owners = move_gate()
    clock.pass_(minutes=5)
    intruders = move_gate(email="intruder@example.com")

    def owner_is_faster():
        clock.pass_(seconds=-30)  # a server whose clock is behind: else the link is dead by its time alone
        take_back(owners)
        clock.pass_(seconds=30)

    meanwhile += [lambda: None, owner_is_faster]

    with pytest.raises(SecureLinkNotValid):
        take_back(intruders)
    assert reset_mails() == ["anna@example.com"]


def test_where_nobody_keeps_the_history_of_addresses_a_link_outlives_a_change_of_address(app, move_gate, scope, anna):
    """As with `notices` and without `my_account`: whose address it was then is not known, so it is taken for theirs."""
    token = move_gate()
    accounts.set_address(scope, anna, check_address("anna@new.example"))
    scope.commit()

    unknowing = Scope(replace(setup_of(app).tools, policies={}))
    told = service.find(unknowing, token)
    unknowing.close()

    assert told.to == "anna@example.com"
    with pytest.raises(SecureLinkNotValid):
        service.find(scope, token)


def test_an_intruder_who_is_first_takes_nothing_from_the_owner(move_gate, take_back, reset_mails, clock):
    owners = move_gate()
    clock.pass_(minutes=5)
    take_back(move_gate(email="intruder@example.com"))

    take_back(owners)

    assert reset_mails() == ["anna@example.com"], "the job that would mail the intruder a link is dropped"


def test_an_earlier_notice_still_works(move_gate, take_back, new_scope, clock):
    first = move_gate()
    clock.pass_(minutes=5)
    second = move_gate()
    take_back(second)

    assert service.find(new_scope(), first)


def test_a_reset_link_of_before_is_dead(move_gate, take_back, new_scope, deliver, mailbox):
    scope = new_scope()
    password_reset.ask(scope, "anna@example.com")
    scope.commit()
    deliver()
    key = password_reset.key_of(scope, mailbox.link().rpartition("/")[2])
    take_back(move_gate())

    with pytest.raises(ResetLinkNotValid):
        password_reset.find(new_scope(), key)


def test_what_can_not_be_undone_any_more_stops_nothing_else(move_gate, take_back, new_scope, anna, garden):
    def refuse(*_):
        raise SecureLinkNotValid

    garden.undoes["gate"] = refuse

    take_back(move_gate())

    scope = new_scope()
    assert not accounts.verify(scope, accounts.get(scope, anna), PASSWORD)


@pytest.fixture
def take_together(app, new_scope):
    """`take_together(tokens)`: all at the same moment; returns how each ended."""

    def act(tokens):
        scopes = [new_scope() for _ in tokens]

        def one(number):
            with app.app_context():
                try:
                    service.secure(scopes[number], tokens[number])
                except SecureLinkNotValid:
                    return "refused"
                finally:
                    scopes[number].commit()
            return "done"

        return together(len(tokens), one)

    return act


def test_of_six_at_once_one_takes_the_account_back(take_together, move_gate, calls):
    outcomes = take_together([move_gate()] * 6)

    assert Counter(outcomes) == {"done": 1, "refused": 5}
    assert sum(call[0] == "undo" for call in calls) == 1


def test_of_the_owners_and_the_intruders_link_at_once_the_owner_wins(take_together, move_gate, clock, reset_mails):
    owners = move_gate()
    clock.pass_(minutes=5)
    intruders = move_gate(email="intruder@example.com")

    outcomes = take_together([owners, intruders])

    assert outcomes[0] == "done"
    assert reset_mails() == ["anna@example.com"]
