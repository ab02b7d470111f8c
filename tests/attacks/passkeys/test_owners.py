"""Whose passkey it is: names, last ways in, other people's passkeys, and confirming who one is."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, update

from tests.support.passkey_page import Page, page_of
from tests.support.together import together
from watchword.features.accounts.models import User
from watchword.features.passkeys.models import Passkey
from watchword.testing import PASSWORD, SoftwareKey, csrf_token, submit


def is_in(client):
    return client.get("/account").status_code == 200


def handles(scope):
    return scope.read.execute(select(Passkey.handle).order_by(Passkey.id)).scalars().all()


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "x" * 10_000, "two\nlines", "turned\u202eround", "nul\x00"])
def test_wan_10_a_name_is_one_short_line(owner, key, scope, name):
    (handle,) = handles(scope)
    answer = owner.submit(f"/account/passkeys/{handle}", name=name)

    assert answer.status_code == 422
    assert scope.read.scalar(select(Passkey.name)) == "Passkey"


def test_wan_10_a_name_is_drawn_as_text(owner, key, scope):
    (handle,) = handles(scope)
    assert owner.submit(f"/account/passkeys/{handle}", name="<script>alert(1)</script>").status_code == 303

    assert "<script>alert" not in owner.client.get("/account/security").text


def test_wan_10_of_two_removals_at_once_one_leaves_the_last_way_in(app, owner, key, scope):
    owner.add(SoftwareKey())
    scope.db.execute(update(User).values(password_hash=None))
    scope.commit()
    names = handles(scope)
    browsers = [page_of(app, 1) for _ in names]

    statuses = together(2, lambda at: browsers[at].submit(f"/account/passkeys/{names[at]}/remove").status_code)

    assert sorted(statuses) == [303, 409]
    assert scope.read.scalar(select(func.count()).select_from(Passkey)) == 1


def test_az_02_somebody_elses_passkey_is_not_found(owner, mallory, key, scope):
    (handle,) = handles(scope)
    before = scope.read.execute(select(Passkey.name)).all()
    for one in (handle, "0", "-1", "x" * 5_000, "%00"):
        assert mallory.submit(f"/account/passkeys/{one}", name="stolen").status_code == 404
        assert mallory.submit(f"/account/passkeys/{one}/remove").status_code == 404
        assert mallory.client.get(f"/account/passkeys/{one}").status_code == 404

    assert scope.read.execute(select(Passkey.name)).all() == before


@pytest.fixture
def stale(app, anna, key, clock):
    """A browser in which anna's fresh login is over."""
    page = page_of(app, anna)
    clock.pass_(minutes=11)
    return page


def confirm(page, answer):
    fields = {"csrf_token": csrf_token(page.client, "/account"), "method": "passkey"}
    return page.client.post("/account/confirm", data={**fields, "passkey": json.dumps(answer)})


def is_fresh(page):
    return page.client.get("/account/passkeys/new").status_code == 200


def test_mfa_06_only_the_same_users_passkey_confirms(stale, mallory):
    theirs = SoftwareKey()
    assert mallory.add(theirs).status_code == 201
    asked = stale.post("/account/passkeys/confirm/options").json
    assert confirm(stale, theirs.get(asked)).status_code == 422
    assert not is_fresh(stale)


def test_mfa_06_an_answer_given_for_signing_in_confirms_nothing(stale, key):
    assert confirm(stale, key.get(stale.ask())).status_code == 422
    stale.post("/account/passkeys/confirm/options")
    assert not is_fresh(stale)


def test_mfa_06_an_answer_to_another_session_confirms_nothing(app, anna, stale, key, clock):
    other = page_of(app, anna)
    asked = other.post("/account/passkeys/confirm/options").json
    stale.client.set_cookie("watchword-pre", other.client.get_cookie("watchword-pre").value)

    assert confirm(stale, key.get(asked)).status_code == 422
    assert not is_fresh(stale)


def test_mfa_06_an_answer_confirms_once_and_renews_the_secret(stale, key):
    before = stale.client.get_cookie("watchword").value
    answer = key.get(stale.post("/account/passkeys/confirm/options").json)
    pre = stale.client.get_cookie("watchword-pre").value
    assert confirm(stale, answer).status_code == 303
    assert stale.client.get_cookie("watchword").value != before
    assert is_fresh(stale)
    stale.client.set_cookie("watchword-pre", pre)
    assert confirm(stale, answer).status_code == 422


def test_the_second_step_takes_only_a_passkey_of_who_waits(app, key, mallory):
    theirs = SoftwareKey()
    mallory.add(theirs)
    page = Page(app.test_client())
    submit(page.client, "/login", identifier="anna", password=PASSWORD)

    assert page.answer(theirs.get(page.ask(step=True)), step=True).json["code"] == "passkey_not_accepted"
    assert not is_in(page.client)


def test_a_passkey_answer_for_the_first_step_is_none_for_the_second(app, key):
    page = Page(app.test_client())
    submit(page.client, "/login", identifier="anna", password=PASSWORD)

    assert page.answer(key.get(page.ask()), step=True).json["code"] == "passkey_challenge_not_valid"
    assert page.answer(key.get(page.ask(step=True))).json["code"] == "passkey_challenge_not_valid"


def test_red_02_half_a_letter_in_next_leads_home_and_breaks_nothing(key, page):
    answer = page.sign_in(key, next="/\ud800")

    assert (answer.status_code, answer.json) == (200, {"location": "/dashboard"})
    assert is_in(page.client)
