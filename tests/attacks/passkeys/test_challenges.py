"""Challenges, sites, counters and accounts that an attacker would like us to take."""

from __future__ import annotations

import json

import pytest
from fido2.utils import websafe_decode, websafe_encode
from sqlalchemy import func, select, update

from tests.support.passkey_page import Page
from tests.support.together import together
from watchword.features.accounts.models import User
from watchword.features.audit.models import AuditRow
from watchword.features.passkeys import challenges
from watchword.features.passkeys.errors import ChallengeNotValid
from watchword.features.passkeys.models import Passkey, UsedChallenge
from watchword.tables import metadata
from watchword.testing import submit
from watchword.testing.software_key import SoftwareKey, resigned


def is_in(client):
    return client.get("/account").status_code == 200


def keys_in(scope):
    return scope.read.scalar(select(func.count()).select_from(Passkey))


def test_enu_08_the_question_is_the_same_for_everyone_and_writes_no_row(app, key, scope):
    before = {one.name: scope.read.scalar(select(func.count()).select_from(one)) for one in metadata.sorted_tables}
    asked = [Page(app.test_client()).ask(**typed) for typed in ({}, {"identifier": "anna"}, {"identifier": "nobody"})]
    for one in asked:
        one.pop("challenge")

    assert (
        asked[0]
        == asked[1]
        == asked[2]
        == {
            "rpId": "localhost",
            "allowCredentials": [],
            "timeout": 300_000,
            "userVerification": "preferred",
        }
    )
    after = {one.name: scope.read.scalar(select(func.count()).select_from(one)) for one in metadata.sorted_tables}
    assert after == before


def test_wan_01_a_registration_is_answered_once_also_when_the_answer_was_wrong(owner, scope):
    options = owner.post("/account/passkeys/options").json
    first, second = SoftwareKey(), SoftwareKey()

    assert owner.post("/account/passkeys", {"answer": first.create(options)}).status_code == 201
    again = owner.post("/account/passkeys", {"answer": second.create(options)})
    assert (again.status_code, again.json["code"]) == (422, "passkey_challenge_not_valid")

    options = owner.post("/account/passkeys/options").json
    liar = SoftwareKey(origin="https://evil.test")
    assert owner.post("/account/passkeys", {"answer": liar.create(options)}).json["code"] == "passkey_not_accepted"
    assert owner.post("/account/passkeys", {"answer": second.create(options)}).status_code == 422
    assert keys_in(scope) == 1


def test_wan_01_a_sign_in_is_answered_once_also_when_the_answer_was_wrong(app, page, key):
    options = page.ask()
    ticket = page.client.get_cookie("watchword-pre").value
    key.origin = "https://evil.test"
    assert page.answer(key.get(options)).json["code"] == "passkey_not_accepted"
    key.origin = "http://localhost"
    assert page.answer(key.get(options)).json["code"] == "passkey_challenge_not_valid"

    thief = Page(app.test_client())
    thief.client.set_cookie("watchword-pre", ticket)
    assert thief.answer(key.get(options)).json["code"] == "passkey_challenge_not_valid"


def test_wan_01_of_six_answers_at_once_to_one_question_one_signs_in(app, page, key, scope):
    key.counts = False
    scope.db.execute(update(Passkey).values(sign_count=0))
    scope.commit()
    key.count = 0
    options = page.ask()
    answer = key.get(options)
    pre = page.client.get_cookie("watchword-pre").value
    browsers = [Page(app.test_client()) for _ in range(6)]
    for one in browsers:
        one.client.set_cookie("watchword-pre", pre)

    statuses = together(6, lambda number: browsers[number].answer(answer).status_code)

    assert sorted(statuses) == [200, 422, 422, 422, 422, 422]
    assert sum(is_in(one.client) for one in browsers) == 1


def test_wan_02_only_the_challenge_this_browser_holds_for_this_purpose_counts(app, page, key, owner, clock):
    stolen = key.get(page.ask())
    elsewhere = Page(app.test_client())
    elsewhere.ask()
    challenge = json.loads(websafe_decode(stolen["response"]["clientDataJSON"]))["challenge"]
    sent_along = {"challenge": challenge, "ticket": challenge, "expected_challenge": challenge}
    assert elsewhere.answer(stolen, **sent_along).status_code == 422

    for_registration = owner.post("/account/passkeys/options").json
    forged = key.get({"rpId": "localhost", "challenge": for_registration["challenge"]})
    assert owner.answer(forged).json["code"] == "passkey_challenge_not_valid"

    for_sign_in = owner.ask()
    made = SoftwareKey().create({**for_registration, "challenge": for_sign_in["challenge"]})
    assert owner.post("/account/passkeys", {"answer": made}).json["code"] == "passkey_challenge_not_valid"

    options = page.ask()
    clock.pass_(minutes=5, seconds=1)
    assert page.answer(key.get(options)).json["code"] == "passkey_challenge_not_valid"


def test_wan_02_a_challenge_is_good_for_one_act_of_its_holder(scope):
    _, ticket = challenges.issue(scope, "confirm", "one session")

    with pytest.raises(ChallengeNotValid):
        challenges.use_up(scope, challenges.Reply(ticket, {}), "register", holder="one session")


def test_wan_02_without_its_cookie_a_challenge_is_nobodys(app, page, key):
    answer = key.get(page.ask())
    page.client.delete_cookie("watchword-pre")

    assert page.answer(answer).json["code"] == "passkey_challenge_not_valid"


def test_wan_02_a_registration_belongs_to_the_session_that_asked(app, owner, mallory, scope):
    options = owner.post("/account/passkeys/options").json
    mallory.client.set_cookie("watchword-pre", owner.client.get_cookie("watchword-pre").value)
    answer = mallory.post("/account/passkeys", {"answer": SoftwareKey().create(options)})

    assert answer.json["code"] == "passkey_challenge_not_valid"
    assert keys_in(scope) == 0


@pytest.mark.parametrize(
    "client_data",
    [
        {"origin": "https://localhost"},
        {"origin": "http://localhost:8443"},
        {"origin": "http://evil.localhost"},
        {"origin": "http://localhost.evil.test"},
        {"origin": "http://LOCALHOST"},
        {"origin": "null"},
        {"origin": ["http://localhost"]},
        {"type": "webauthn.create"},
        {"type": "payment.get"},
        {"crossOrigin": True},
        {"topOrigin": "https://evil.test"},
        {"challenge": ""},
        {"challenge": None},
    ],
)
def test_wan_03_another_site_or_another_act_is_refused_although_rightly_signed(page, key, client_data):
    key.client_data = client_data

    assert page.sign_in(key).json["code"] == "passkey_not_accepted"
    key.client_data = {}
    assert page.sign_in(key).status_code == 200


def test_wan_03_a_key_of_another_site_is_refused(page, key):
    options = page.ask()

    assert page.answer(key.get({**options, "rpId": "evil.test"})).json["code"] == "passkey_not_accepted"


def test_wan_03_a_name_said_twice_is_refused_and_new_names_are_not(page, key):
    key.client_data = {"other_keys_can_be_added_here": "do not compare clientDataJSON against a template"}
    assert page.sign_in(key).status_code == 200

    key.client_data = {}
    answer = key.get(page.ask())
    said = websafe_decode(answer["response"]["clientDataJSON"]).decode()
    twice = said.replace('"origin"', '"origin": "http://localhost", "origin"', 1)
    answer["response"]["clientDataJSON"] = websafe_encode(twice.encode())
    assert page.answer(resigned(key, answer)).json["code"] == "passkey_not_accepted"


@pytest.mark.parametrize("shown", [9, 10, 0])
def test_wan_04_a_counter_that_stands_still_or_goes_back_is_refused_and_its_owner_told(page, key, scope, shown):
    key.count = 9
    assert page.sign_in(key).status_code == 200
    key.count, key.counts = shown, False
    answer = page.sign_in(key)

    assert answer.json["code"] == "passkey_not_accepted"
    assert "passkeys.copy_shown" in scope.read.execute(select(AuditRow.name)).scalars().all()
    assert scope.read.scalar(select(Passkey.sign_count)) == 10


def test_wan_04_a_counter_that_is_always_0_is_a_synced_key(app, owner):
    key = SoftwareKey(synced=True, counts=False)
    owner.add(key)

    assert [Page(app.test_client()).sign_in(key).status_code for _ in range(3)] == [200, 200, 200]


def test_wan_04_a_forged_signature_does_not_tell_of_a_copy(page, key, scope):
    answer = key.get(page.ask())
    answer["response"]["signature"] = websafe_encode(b"no signature at all")

    assert page.answer(answer).json["code"] == "passkey_not_accepted"
    assert "passkeys.copy_shown" not in scope.read.execute(select(AuditRow.name)).scalars().all()


def test_wan_09_a_closed_account_is_refused_like_a_wrong_signature(page, key, scope):
    scope.db.execute(update(User).values(closed_at=scope.now))
    scope.commit()
    answer = page.sign_in(key)

    assert (answer.status_code, answer.json["code"]) == (422, "passkey_not_accepted")
    assert not is_in(page.client)


def test_wan_09_a_passkey_gives_no_wrong_passwords_back(app, anna, key):
    browser = app.test_client()
    for _ in range(4):
        submit(browser, "/login", identifier="anna", password="not the password at all")
    assert Page(app.test_client()).sign_in(key).status_code == 200
    statuses = [
        submit(app.test_client(), "/login", identifier="anna", password="not the password at all").status_code
        for _ in range(2)
    ]

    assert statuses == [422, 429]


def test_rl_wrong_passkeys_are_counted_like_wrong_passwords(app, key):
    stranger = SoftwareKey(user_handle=key.user_handle)
    statuses = [Page(app.test_client()).sign_in(stranger).status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_rl_08_a_known_browser_signs_in_by_passkey_beside_a_guesser_at_the_same_address(app, page, key):
    assert page.sign_in(key).status_code == 200
    assert submit(page.client, "/logout").status_code == 303
    for _ in range(6):
        submit(app.test_client(), "/login", identifier="anna", password="not the password at all")

    assert Page(app.test_client()).sign_in(key).status_code == 429
    assert page.sign_in(key).status_code == 200


def test_rl_a_known_browser_has_ten_wrong_passkeys_an_hour(page, key):
    page.sign_in(key)
    stranger = SoftwareKey(user_handle=key.user_handle)
    statuses = [page.sign_in(stranger).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]


def test_ses_01_and_02_a_passkey_opens_a_session_of_its_own_each_time(app, page, key):
    planted = {"watchword": "A" * 43, "watchword-device": "B" * 43}
    for name, value in planted.items():
        page.client.set_cookie(name, value)
    values = []
    for _ in range(2):
        page.sign_in(key)
        values.append(page.client.get_cookie("watchword").value)

    assert len({*values, planted["watchword"]}) == 3
    assert page.client.get_cookie("watchword-device").value != planted["watchword-device"]
    copies = [app.test_client() for _ in range(2)]
    for copy, value in zip(copies, [planted["watchword"], values[0]], strict=True):
        copy.set_cookie("watchword", value)
    assert not any(is_in(copy) for copy in copies)
    assert is_in(page.client)


def test_used_challenges_are_forgotten_when_they_are_too_old_to_come_back(page, key, scope, clock):
    page.sign_in(key)
    assert (challenges.purge(scope), scope.commit()) == (0, None)
    clock.pass_(minutes=5, seconds=1)

    assert challenges.purge(scope) == 2
    scope.commit()
    assert scope.read.scalar(select(func.count()).select_from(UsedChallenge)) == 0
