"""Who took an account over and put their own address in place: after its owner's click nothing leads back in."""

from __future__ import annotations

import pytest

from tests.attacks.taken_back.people import HERS, INTRUDER, OWNER, reset, signs_in
from watchword.features.accounts import service as accounts
from watchword.features.audit import service as audit
from watchword.features.my_account import service as my_account
from watchword.testing import (
    PASSWORD,
    add_passkey,
    make_user,
    passkey_for,
    submit,
)


def test_nothing_that_the_owners_click_undoes_is_told_to_the_intruder(
    app, thief, put_address_in_place, post, mailed, say_it_was_not_me, still_open
):
    add_passkey(thief, passkey_for(app))
    post()
    put_address_in_place()
    first, *_ = mailed("secure-account", OWNER)

    owner = say_it_was_not_me(first)
    told = post()
    assert {mail["To"] for mail in told} == {OWNER}
    assert [mail["Subject"].partition(" ")[0] for mail in told] == ["A", "Reset"], "the passkey, and the way back in"
    assert not still_open(mailed("secure-account", INTRUDER))

    reset(owner, mailed("reset-password", OWNER)[-1], HERS)
    assert signs_in(app, HERS)


def test_what_the_undoing_itself_told_of_undoes_nothing(
    app, thief, put_address_in_place, post, mailed, say_it_was_not_me, still_open
):
    add_passkey(thief, passkey_for(app))
    post()
    say_it_was_not_me(mailed("secure-account", OWNER)[0])
    before = mailed("secure-account", OWNER)
    post()

    (removed,) = mailed("secure-account", OWNER)[len(before) :]
    assert not still_open([removed])


def test_a_deed_in_flight_on_a_server_whose_clock_is_ahead_leaves_the_intruder_no_link(
    app, clock, anna, new_scope, put_address_in_place, post, mailed, say_it_was_not_me, still_open
):
    """As if it began before the owner's click and ended after it: its notice is younger than the click."""
    put_address_in_place()
    clock.pass_(seconds=30)
    theirs = new_scope(ip="192.0.2.66")
    my_account.export(theirs, anna)
    theirs.commit()
    post()
    (link,) = mailed("secure-account", INTRUDER)
    assert still_open([link]), "the address is theirs as yet"
    clock.pass_(seconds=-30)

    say_it_was_not_me(mailed("secure-account", OWNER)[-1])
    clock.pass_(seconds=30)

    assert not still_open([link])
    assert {mail["To"] for mail in post()} == {OWNER}


def test_a_deed_in_flight_whose_notice_still_waits_is_told_to_the_owner(
    app, clock, anna, new_scope, put_address_in_place, post, mailed, say_it_was_not_me
):
    put_address_in_place()
    clock.pass_(seconds=30)
    theirs = new_scope(ip="192.0.2.66")
    my_account.export(theirs, anna)
    theirs.commit()
    clock.pass_(seconds=-30)

    say_it_was_not_me(mailed("secure-account", OWNER)[-1])
    clock.pass_(seconds=30)

    told = post()
    assert {mail["To"] for mail in told} == {OWNER}
    assert "downloaded" in "".join(mail["Subject"] for mail in told)


def test_an_address_that_waits_to_be_asked_for_confirmation_is_not_mailed_any_more(
    app, thief, post, mailed, say_it_was_not_me
):
    add_passkey(thief, passkey_for(app))
    post()
    submit(thief, "/account/email", email=INTRUDER)

    say_it_was_not_me(mailed("secure-account", OWNER)[0])

    assert INTRUDER not in {str(mail["To"]) for mail in post()}


def test_who_doubts_the_change_of_address_itself_is_mailed_at_the_address_of_before(
    anna, thief, put_address_in_place, new_scope
):
    put_address_in_place()
    (line,) = audit.recent_for(new_scope(), anna, "my_account.address_changed", limit=1)
    submit(thief, "/account/activity/not-me", form_at="/account", event=line.name, at=line.at.isoformat())

    assert OWNER in thief.get("/secure-account").text


@pytest.fixture
def taken_by_another(app, anna, clock, put_address_in_place, mailed, post):
    """The intruder's address is in place, and the owner's belongs to another account by now."""
    submit(app.test_client(), "/login", identifier="anna", password=PASSWORD)
    clock.pass_(minutes=3)
    submit(app.test_client(), "/login", identifier="anna", password=PASSWORD)
    post()
    clock.pass_(minutes=3)
    put_address_in_place()
    make_user(app, "carla", email=OWNER)
    return mailed("secure-account", OWNER)


def test_where_the_old_address_is_gone_the_intruders_goes_all_the_same(
    app, thief, clock, anna, taken_by_another, post, mailed, say_it_was_not_me, still_open, new_scope
):
    clock.pass_(minutes=2)
    submit(thief, "/account", username="anna2")
    owner = say_it_was_not_me(taken_by_another[-1])
    assert [str(mail["To"]) for mail in post()] == [OWNER, OWNER], "what waited, and the way back in"
    reset(owner, mailed("reset-password", OWNER)[-1], HERS)
    submit(app.test_client(), "/forgot-password", email=INTRUDER)

    assert post() == [], "nobody reads mail for the account"
    assert not still_open(mailed("secure-account", INTRUDER))
    assert not accounts.get(new_scope(), anna).has_address
    assert signs_in(app, HERS, "anna2")


def test_where_the_old_address_is_gone_the_owner_names_a_new_one_and_nobody_takes_that_back(
    app, anna, taken_by_another, post, mailed, say_it_was_not_me, still_open, new_scope
):
    owner = say_it_was_not_me(taken_by_another[-1])
    post()
    reset(owner, mailed("reset-password", OWNER)[-1], HERS)
    submit(owner, "/login", identifier="anna", password=HERS)
    assert "No address" in owner.get("/account").text
    assert "stays in use" not in owner.get("/account/email").text
    submit(owner, "/account/email", email="anna@new.example")
    post()
    owner.get(mailed("confirm-email", "anna@new.example")[-1])
    submit(owner, "/confirm-email")

    assert post() == []
    assert accounts.get(new_scope(), anna).email == "anna@new.example"
    submit(owner, "/account", username="anna2")
    assert {mail["To"] for mail in post()} == {"anna@new.example"}
    assert len(still_open(mailed("secure-account", "anna@new.example"))) == 1


def test_where_the_old_address_is_gone_an_earlier_mail_of_the_owners_still_works(
    taken_by_another, say_it_was_not_me, still_open, post
):
    say_it_was_not_me(taken_by_another[-1])

    assert still_open(taken_by_another[:1])
    say_it_was_not_me(taken_by_another[0])
    assert OWNER in {mail["To"] for mail in post()}
