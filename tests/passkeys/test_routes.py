"""Passkeys from page to session, over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.passkey_page import Page, page_of
from watchword.features.passkeys.models import Passkey
from watchword.features.sessions.models import UserSession
from watchword.testing import PASSWORD, csrf_token, make_user, submit
from watchword.testing.software_key import EDDSA, ES256, RS256, SoftwareKey


def is_in(client):
    return client.get("/account").status_code == 200


def proofs_of_sessions(scope):
    return scope.read.execute(select(UserSession.proofs)).scalars().all()


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_a_passkey_signs_its_owner_in_without_a_name(owner, page, algorithm):
    key = SoftwareKey(algorithm=algorithm)
    assert owner.add(key).status_code == 201

    answer = page.sign_in(key, next="/account/security")

    assert (answer.status_code, answer.json) == (200, {"location": "/account/security"})
    assert is_in(page.client)


def test_with_user_verification_it_shows_two_factors_and_nothing_more_is_asked(page, key, scope):
    page.sign_in(key)

    assert "hwk user" in proofs_of_sessions(scope)


def test_a_synced_passkey_is_a_key_kept_by_software(owner, page, scope):
    key = SoftwareKey(synced=True, counts=False)
    owner.add(key)
    page.sign_in(key)

    assert "swk user" in proofs_of_sessions(scope)


def test_kept_signed_in_is_asked_for_as_with_a_password(page, key, scope):
    page.sign_in(key, remember=True)

    assert page.client.get_cookie("watchword").max_age


def test_where_to_go_next_is_a_path_of_ours_or_home(page, key):
    answer = page.sign_in(key, next="https://evil.test/")

    assert answer.json == {"location": "/dashboard"}


def test_several_passkeys_of_one_user_all_sign_in(app, owner, page, key):
    second = SoftwareKey()
    assert owner.add(second).status_code == 201

    assert page.sign_in(key).status_code == 200
    assert Page(app.test_client()).sign_in(second).status_code == 200


def test_options_to_add_name_the_keys_already_held_and_want_one_found_without_a_name(owner, key):
    options = owner.post("/account/passkeys/options").json

    assert len(options["excludeCredentials"]) == 1
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert [one["alg"] for one in options["pubKeyCredParams"]] == [ES256, EDDSA, RS256]
    assert (options["attestation"], options["rp"]["id"]) == ("none", "localhost")
    assert options["user"]["name"] == "anna"


def test_a_site_may_insist_on_user_verification(make_app):
    app = make_app(WATCHWORD_PASSKEYS_USER_VERIFICATION="required")
    owner = page_of(app, make_user(app, "berta"))
    lazy, diligent = SoftwareKey(verifies=False), SoftwareKey()

    assert owner.post("/account/passkeys/options").json["authenticatorSelection"]["userVerification"] == "required"
    assert owner.add(lazy).status_code == 422
    assert owner.add(diligent).status_code == 201
    diligent.verifies = False
    assert Page(app.test_client()).sign_in(diligent).status_code == 422


def test_a_new_passkey_is_named_after_what_made_it(owner):
    made = SoftwareKey(aaguid=bytes.fromhex("bada5566a7aa401fbd9645619a55120d"))

    assert owner.add(made).json["name"] == "1Password"
    assert owner.add(SoftwareKey()).json["name"] == "Passkey"


def test_a_use_leaves_the_counter_the_moment_and_the_browser(page, key, scope, clock):
    clock.pass_(minutes=3)
    page.sign_in(key)

    row = scope.read.execute(select(Passkey.sign_count, Passkey.used_at, Passkey.used_with)).one()
    assert (row.sign_count, row.used_at) == (key.count, clock.now())
    assert row.used_with.startswith("Werkzeug")


def test_signing_in_ends_on_the_page_that_was_asked_for_only_with_a_token(client, key):
    assert client.post("/login/passkey/options", json={}).status_code == 403
    assert client.post("/login/passkey", json={"answer": {}}).status_code == 403


@pytest.mark.parametrize("body", ["[1]", '"x"', "", "{", "[" * 30_000, '{"answer": []}', '{"answer": 1}', "null"])
def test_rl_16_odd_json_is_a_bad_request(page, body):
    headers = {"X-CSRF-Token": csrf_token(page.client, "/login"), "Accept": "application/json"}
    answer = page.client.post("/login/passkey", data=body, headers=headers, content_type="application/json")

    assert answer.status_code == 400


def test_a_password_sign_in_is_unchanged_for_who_has_no_passkey(client, anna):
    assert submit(client, "/login", identifier="anna", password=PASSWORD).status_code == 303
    assert is_in(client)
