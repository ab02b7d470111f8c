"""The pages of passkeys, without a browser: list, rename, remove, second step, confirm it's you."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, update

from tests.support.passkey_page import Page, page_of
from watchword.features.accounts.models import User
from watchword.features.audit.models import AuditRow
from watchword.features.passkeys.models import Passkey
from watchword.testing import PASSWORD, SoftwareKey, csrf_token, login_as, make_user, submit


def is_in(client):
    return client.get("/account").status_code == 200


@pytest.fixture
def handle(key, owner, scope):
    """The name of anna's passkey on pages."""
    return scope.read.scalar(select(Passkey.handle))


def test_the_list_tells_what_each_passkey_is_and_when_it_was_used(owner, key, page, clock):
    owner.add(SoftwareKey(synced=True, counts=False, aaguid=bytes.fromhex("bada5566a7aa401fbd9645619a55120d")))
    clock.pass_(minutes=2)
    page.sign_in(key)
    shown = owner.client.get("/account/security").text

    for words in ("1Password", "Synced", "This device only", "Last used", "Not used yet", "Add a passkey"):
        assert words in shown, words
    assert shown.index('id="passkeys"') < shown.index('id="ways"')


def test_without_the_account_feature_the_list_has_a_page_of_its_own(make_app):
    app = make_app(WATCHWORD_FEATURES="registration,passkeys")
    owner = page_of(app, make_user(app, "berta"))

    assert "Create a passkey" in owner.client.get("/account/passkeys").text


def test_the_list_tells_devices_which_passkeys_hold(owner, key):
    shown = owner.client.get("/account/security").text

    assert key.create(owner.post("/account/passkeys/options").json)["id"] in shown
    assert f'data-user="{key.user_handle}"' in shown


def test_a_passkey_is_renamed(owner, handle):
    answer = owner.submit(f"/account/passkeys/{handle}", name="  My phone ")

    assert answer.status_code == 303
    assert "My phone" in owner.client.get("/account/security").text


def test_a_removed_passkey_signs_nobody_in(owner, page, key, handle):
    assert owner.submit(f"/account/passkeys/{handle}/remove").status_code == 303

    answer = page.sign_in(key)
    assert (answer.status_code, answer.json["code"]) == (422, "passkey_unknown")


def test_adding_and_changing_want_a_fresh_login(owner, handle, clock):
    clock.pass_(minutes=11)
    paths = ("/account/passkeys/new", f"/account/passkeys/{handle}")

    assert [owner.client.get(path).location.partition("?")[0] for path in paths] == ["/account/confirm"] * 2
    assert owner.post("/account/passkeys/options").status_code == 403
    assert owner.submit(f"/account/passkeys/{handle}/remove").location.startswith("/account/confirm")


def test_a_passkey_answers_the_second_step_after_the_password(client, key):
    page = Page(client)
    answer = submit(client, "/login", identifier="anna", password=PASSWORD, next="/account/security")
    assert answer.location == "/login/passkey/step"
    assert not is_in(client)
    asked = page.ask(step=True)
    assert len(asked["allowCredentials"]) == 1

    answer = page.answer(key.get(asked), step=True)

    assert (answer.status_code, answer.json["location"]) == (200, "/account/security")
    assert is_in(client)


def test_a_touch_alone_is_one_factor_good_for_the_second_step_and_not_for_the_first(client, page, key):
    key.verifies = False
    assert page.sign_in(key).json["code"] == "second_step_not_possible"
    assert not is_in(client)
    submit(client, "/login", identifier="anna", password=PASSWORD)

    assert page.answer(key.get(page.ask(step=True)), step=True).status_code == 200
    assert is_in(client)


def test_the_step_page_is_for_who_waits(client):
    assert client.get("/login/passkey/step").status_code == 422


def test_confirm_it_is_you_by_passkey(owner, key, clock):
    clock.pass_(minutes=11)
    page = owner.client.get("/account/confirm?next=/account/passkeys/new").text
    assert "Confirm with a passkey" in page
    options = owner.post("/account/passkeys/confirm/options").json
    token = csrf_token(owner.client, "/account/confirm")
    fields = {"csrf_token": token, "method": "passkey", "next": "/account/passkeys/new"}

    answer = owner.client.post("/account/confirm", data={**fields, "passkey": json.dumps(key.get(options))})

    assert (answer.status_code, answer.location) == (303, "/account/passkeys/new")
    assert owner.client.get("/account/passkeys/new").status_code == 200


def test_password_managers_find_the_pages(client):
    answer = client.get("/.well-known/passkey-endpoints")

    assert answer.json == {
        "enroll": "http://localhost/account/passkeys/new",
        "manage": "http://localhost/account/passkeys",
    }


def test_twenty_passkeys_are_the_most(owner, scope):
    for _ in range(20):
        assert owner.add(SoftwareKey()).status_code == 201

    assert owner.post("/account/passkeys/options").json["code"] == "too_many_passkeys"


def test_who_added_a_passkey_goes_on_without_being_asked_for_it(app, anna, clock):
    browser = Page(app.test_client())
    login_as(browser.client, anna)
    before = browser.client.get_cookie("watchword").value
    assert browser.add(SoftwareKey()).status_code == 201

    assert browser.client.get("/account/passkeys/new").status_code == 200
    assert browser.client.get_cookie("watchword").value != before
    clock.pass_(minutes=11)
    assert browser.client.get("/account/passkeys/new").location.startswith("/account/confirm")


def test_other_sessions_are_asked_for_the_new_passkey_before_they_change_anything(app, anna):
    browser, other = app.test_client(), app.test_client()
    for each in (browser, other):
        login_as(each, anna)
    Page(browser).add(SoftwareKey())

    assert other.get("/account/passkeys/new").location.startswith("/account/confirm")


def test_a_first_passkey_is_offered_until_somebody_says_not_now_and_again_after_30_and_then_90_days(app, anna, clock):
    browser = app.test_client()

    def is_offered():
        login_as(browser, anna)
        return "Not now" in browser.get("/account/security").text

    for days in (30, 90, 90):
        assert is_offered()
        answer = submit(browser, "/account/passkeys/not-now", form_at="/account")
        assert (answer.status_code, is_offered()) == (303, False)
        clock.pass_(days=days, seconds=-1)
        assert not is_offered()
        clock.pass_(seconds=1)
    Page(browser).add(SoftwareKey())
    assert not is_offered()


def test_the_way_out_of_a_last_way_in_is_shown(owner, handle, scope):
    scope.db.execute(update(User).values(password_hash=None))
    scope.commit()
    answer = owner.submit(f"/account/passkeys/{handle}/remove")

    assert answer.status_code == 409
    assert "Add another passkey" in answer.text
    assert scope.read.scalar(select(func.count()).select_from(Passkey)) == 1


def test_added_and_removed_leave_events(owner, handle, scope):
    owner.submit(f"/account/passkeys/{handle}/remove")

    names = scope.read.execute(select(AuditRow.name)).scalars().all()
    assert {"passkeys.added", "passkeys.removed"} <= set(names)
