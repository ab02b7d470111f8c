"""Two changes of address so close to each other that one was in place for a moment only."""

from __future__ import annotations

import pytest

from tests.attacks.taken_back.people import INTRUDER, OWNER
from watchword.features.accounts import service as accounts
from watchword.testing import login_as, submit

NEW = "anna@new.example"


@pytest.fixture
def put_hers_in_place(app, anna, post, mailed):
    """The owner's own new address, asked for and confirmed."""

    def act():
        browser = app.test_client()
        login_as(browser, anna)
        submit(browser, "/account/email", email=NEW)
        post()
        browser.get(mailed("confirm-email", NEW)[-1])
        submit(browser, "/confirm-email")
        post()

    return act


def test_an_address_that_was_in_place_for_seconds_is_told_that_it_was_changed_and_may_undo_it(
    clock, anna, put_hers_in_place, put_address_in_place, mailed, mailbox, say_it_was_not_me, new_scope
):
    put_hers_in_place()
    clock.pass_(seconds=10)
    put_address_in_place()

    assert "Your email address on Watchword was changed" in [mail["Subject"] for mail in mailbox.to(NEW)]
    say_it_was_not_me(mailed("secure-account", NEW)[-1])
    assert accounts.get(new_scope(), anna).email == NEW


def test_who_says_it_was_not_me_at_their_own_new_address_keeps_it(
    clock, anna, thief, put_hers_in_place, post, mailed, say_it_was_not_me, new_scope
):
    put_hers_in_place()
    clock.pass_(seconds=30)
    submit(thief, "/account/export")
    post()

    say_it_was_not_me(mailed("secure-account", NEW)[-1])

    assert accounts.get(new_scope(), anna).email == NEW
    assert {mail["To"] for mail in post()} == {NEW}


def test_the_intruders_own_first_notice_takes_nothing_from_the_owner(
    app, put_address_in_place, thief, post, mailed, say_it_was_not_me, still_open
):
    put_address_in_place()
    submit(thief, "/account/export")
    post()
    say_it_was_not_me(mailed("secure-account", INTRUDER)[-1])

    assert still_open(mailed("secure-account", OWNER)[:1])
