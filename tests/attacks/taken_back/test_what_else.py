"""What else an intruder leaves behind: a closing, a page kept open, and a heap of mails."""

from __future__ import annotations

import re

import pytest

from tests.attacks.taken_back.people import HERS, HIS, OWNER, reset, signs_in
from watchword.features.accounts import service as accounts
from watchword.features.audit import service as audit
from watchword.features.my_account import service as my_account
from watchword.features.two_factor import authenticators, totp
from watchword.testing import (
    PASSWORD,
    add_authenticator,
    add_passkey,
    csrf_token,
    login_as,
    passkey_for,
    submit,
)
from watchword.web.setup import setup_of

DOUBT = "/account/activity/not-me"


def test_a_closing_that_was_begun_since_goes_whichever_mail_the_owner_answers(
    app, anna, thief, post, mailed, say_it_was_not_me, clock, new_scope
):
    add_passkey(thief, passkey_for(app))
    post()
    clock.pass_(minutes=5)
    submit(thief, "/account/close")
    post()
    clock.pass_(hours=1)

    owner = say_it_was_not_me(mailed("secure-account", OWNER)[0])
    assert "Your account is safe" in owner.get("/reset-password").text
    assert accounts.closes_at(new_scope(), anna) is None
    post()
    reset(owner, mailed("reset-password", OWNER)[-1], HERS)
    clock.pass_(days=15)
    worker = new_scope()
    assert accounts.close_due(worker) == 0
    assert signs_in(app, HERS)


def test_a_closing_of_before_stays(anna, new_scope, clock, post, mailed, say_it_was_not_me):
    """The owner's own: what they doubt happened later."""
    own = new_scope()
    my_account.closing.close(own, anna)
    own.commit()
    post()
    clock.pass_(hours=1)
    later = new_scope()
    accounts.set_password(later, accounts.get(later, anna), "no hash")
    later.commit()
    post()

    say_it_was_not_me(mailed("secure-account", OWNER)[-1])

    assert accounts.closes_at(new_scope(), anna) is not None


def test_the_owners_link_outlives_the_password_an_intruder_set(
    app, anna, thief, post, mailed, say_it_was_not_me, still_open
):
    submit(thief, "/account", username="anna2")
    post()
    (link,) = mailed("secure-account", OWNER)
    submit(thief, "/account/password", current_password=PASSWORD, password=HIS)

    assert still_open([link])
    owner = say_it_was_not_me(link)
    post()
    reset(owner, mailed("reset-password", OWNER)[-1], HERS)
    assert signs_in(app, HERS, "anna2")
    assert not signs_in(app, HIS, "anna2")


def test_a_session_that_is_over_keeps_no_button_that_works(
    app, anna, clock, post, mailed, say_it_was_not_me, new_scope
):
    """An intruder presses "not me" beside an old line, and keeps the page until the owner is back in and has an app."""
    inside = app.test_client()
    submit(inside, "/login", identifier="anna", password=PASSWORD)
    (line,) = audit.recent_for(new_scope(), anna, "login.signed_in", limit=1)
    clock.pass_(minutes=5)
    submit(inside, DOUBT, form_at="/account", event="login.signed_in", at=line.at.isoformat())
    token = csrf_token(inside, "/secure-account")
    submit(inside, "/account", username="anna2")
    post()
    owner = say_it_was_not_me(mailed("secure-account", OWNER)[-1])
    post()
    reset(owner, mailed("reset-password", OWNER)[-1], HERS)
    add_authenticator(app, anna)

    assert inside.get("/secure-account").status_code == 404
    assert inside.post("/secure-account", data={"csrf_token": token}).status_code in {403, 404}
    assert authenticators.count(new_scope(), anna) == 1


@pytest.mark.parametrize("page", ["/account/export", "/account/two-factor/recovery-codes"])
def test_rl_12_nobody_buries_the_notice_that_matters_under_what_is_done_again_and_again(
    app, anna, thief, post, clock, page
):
    add_authenticator(app, anna)
    login_as(thief, anna, proofs={"pwd", "otp"})
    post()
    token = csrf_token(thief, "/account")

    answers = [thief.post(page, data={"csrf_token": token}).status_code for _ in range(12)]

    assert answers[:10].count(429) == 0
    assert answers[10:] == [429, 429]
    assert len(post()) == 10
    clock.pass_(hours=1)
    login_as(thief, anna, proofs={"pwd", "otp"})
    assert thief.post(page, data={"csrf_token": csrf_token(thief, "/account")}).status_code != 429


def add_and_remove_app(app, browser):
    """Answers what the start of the set-up answered."""
    begun = submit(browser, "/account/two-factor/start", form_at="/account/two-factor")
    if begun.status_code != 303:
        return begun.status_code
    key = re.search(r'id="key">([A-Z2-7 ]+)<', browser.get("/account/two-factor/set-up").text).group(1)
    code = totp.code_at(key.replace(" ", ""), totp.step_at(setup_of(app).tools.clock.now()))
    submit(browser, "/account/two-factor/set-up", code=code, label="Phone")
    (handle,) = set(re.findall(r"/account/two-factor/([0-9a-f]{32})", browser.get("/account/security").text))
    submit(browser, f"/account/two-factor/{handle}/remove")
    return begun.status_code


def add_and_remove_passkey(app, browser):
    added = add_passkey(browser, passkey_for(app))
    if added.status_code == 201:
        submit(browser, f"/account/passkeys/{added.json['passkey']}/remove", form_at="/account")
    return added.status_code


@pytest.mark.parametrize(("round_trip", "good"), [(add_and_remove_app, 303), (add_and_remove_passkey, 201)])
def test_rl_12_nor_under_factors_that_come_and_go(app, anna, thief, post, clock, round_trip, good):
    post()

    assert [round_trip(app, thief) for _ in range(22)] == [good] * 20 + [429] * 2

    assert len(post()) <= 20 * 3  # that it came, that it went, and for an app the recovery codes
    clock.pass_(hours=1)
    login_as(thief, anna)
    assert round_trip(app, thief) == good


def test_an_owner_gets_rid_of_an_intruders_passkey_though_no_more_may_be_added(app, thief):
    added = add_passkey(thief, passkey_for(app))
    assert [add_and_remove_passkey(app, thief) for _ in range(20)][-1] == 429

    gone = submit(thief, f"/account/passkeys/{added.json['passkey']}/remove", form_at="/account")

    assert gone.status_code == 303
