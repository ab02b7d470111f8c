"""What a password may be, how it is hashed, and what becomes of one that is known."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update
from zxcvbn_rs_py import zxcvbn

from watchword.core.passwords import Argon2, Bound
from watchword.core.scope import Scope
from watchword.features.accounts import strength
from watchword.features.accounts.models import User
from watchword.features.accounts.strength import LOOKED_AT, strength_of
from watchword.testing import PASSWORD, csrf_token, deliver, login_as, make_user
from watchword.web.setup import setup_of

GUESSABLE = {
    "password1234567": "password_known",
    "summer2026summer2026": "password_known",
    "Watchword2026!!": "password_like_you",
    "berta@example.com": "password_like_you",
    "bertaberta12345": "password_like_you",
    "responsibilities": "password_weak",
    "noitatnemelpmi!!": "password_weak",
    "123456789012345": "password_too_simple",
    "fourteen chars": "password_too_short",
}
PROGRAM = {"Accept": "application/json"}
BERTA = {"username": "berta", "email": "berta@example.com"}


@pytest.fixture
def ways_to_set(app, post, deliver, mailbox):
    """Every way to set a password, as berta: each takes one and returns the answer."""

    def register(password):
        return post(app.test_client(), "/register", password=password, headers=PROGRAM, **BERTA)

    def confirm_elsewhere(password):
        post(app.test_client(), "/register", password=PASSWORD, **BERTA)
        deliver()
        phone = app.test_client()
        phone.get(mailbox.link())
        return post(phone, "/confirm-email", password=password, headers=PROGRAM)

    def change(password):
        client = app.test_client()
        login_as(client, make_user(app, "berta"))
        return post(client, "/account/password", current_password=PASSWORD, password=password, headers=PROGRAM)

    def reset(password):
        make_user(app, "berta")
        client = app.test_client()
        post(client, "/forgot-password", email=BERTA["email"])
        deliver()
        client.get(mailbox.link())
        return post(client, "/reset-password", password=password, headers=PROGRAM)

    return {"register": register, "confirm": confirm_elsewhere, "change": change, "reset": reset}


@pytest.mark.parametrize("way", ["register", "confirm", "change", "reset"])
@pytest.mark.parametrize(("password", "code"), GUESSABLE.items())
def test_pwd_05_d6_a_guessable_password_is_refused_wherever_one_is_set(ways_to_set, way, password, code):
    answer = ways_to_set[way](password)

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["title"]


@pytest.mark.parametrize("name", ["create-user", "create-admin"])
@pytest.mark.parametrize("password", GUESSABLE)
def test_pwd_05_an_operator_can_not_set_a_guessable_password_either(app, name, password):
    command = ["watchword", name, "berta", "berta@example.com", "--password-stdin"]

    assert app.test_cli_runner().invoke(args=command, input=password).exit_code != 0


def test_rl_15_pwd_07_only_the_first_characters_and_few_words_are_measured(monkeypatch):
    looked = []
    monkeypatch.setattr(strength, "zxcvbn", lambda text, words: looked.append((text, words)) or zxcvbn(text, words))

    strength_of("4@8({[<369!|1705$+%2" * 12, ["x" * 20_000, "a." * 50_000])

    text, words = looked[0]
    assert len(text) == LOOKED_AT
    assert len(words) <= 40
    assert max(map(len, words)) <= 64


def test_rl_15_pwd_07_the_meter_is_no_free_work(client):
    token = csrf_token(client, "/register")
    form = {"csrf_token": token, "password": "4@8({[<369!|1705$+%2"}

    statuses = [client.post("/password/strength", data=form).status_code for _ in range(121)]

    assert statuses == [200] * 120 + [429]


OLD = {
    "bcrypt": "$2b$04$mNSXo5ThmsazFhb4KJsVqOTwED06SDVSll3ijuogpdJxOwfieXTym",
    "Django": "pbkdf2_sha256$1000$P7BGyNFJ53hDJJbPZ6wtwm$Sc13U40FFJG7br1O8yx+IJ9eodr75egHoarA/ZttFZE=",
    "Werkzeug": "pbkdf2:sha256:1000$zIBzA9MH8yLsrym7$ed7c746ef33a2ebef8d8c772e434e36f94c7f353a84bc48e5fa3ef6315761e9f",
    "weaker Argon2": "$argon2id$v=19$m=64,t=1,p=1$MOyB6sD0Z8LRh8cOBpmytQ$RK3F6ObUbcNG4iqaA+8egI2+g/XVYbweHpJX1gYkipc",
}


def _store(app, stored):
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        scope.db.execute(update(User).values(password_hash=stored))
        scope.commit()
        scope.close()


def test_rl_15_pwd_07_a_password_that_is_refused_is_no_free_work(app, client, post, mailbox):
    make_user(app, "berta")
    post(client, "/forgot-password", email=BERTA["email"])
    deliver(app)
    client.get(mailbox.link())
    statuses = [post(client, "/reset-password", password="responsibilities").status_code for _ in range(61)]

    assert statuses == [422] * 60 + [429]


@pytest.mark.parametrize("system", OLD)
def test_pwd_09_an_old_hash_is_replaced_at_the_first_right_password_and_by_no_wrong_one(
    app, anna, post, new_scope, system
):
    _store(app, OLD[system])

    def stored():
        return new_scope().read.scalar(select(User.password_hash))

    assert post(app.test_client(), "/login", identifier="anna", password=f"{PASSWORD}s").status_code == 422
    assert stored() == OLD[system]
    assert post(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 303
    assert stored().startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert post(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "stored", ["", "!", "plain text", "md5$salt$00", "$2b$99$x", "scrypt:99999999:8:1$s$00", "\u00e9$"]
)
def test_pwd_09_a_hash_that_nobody_knows_is_a_wrong_password_and_no_fault(app, anna, post, stored):
    _store(app, stored)

    assert post(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 422


def test_pwd_02_an_old_bcrypt_hash_takes_no_slip_after_its_72_bytes_for_the_password(app, anna, post):
    long = "quiet lantern over copper river and a very long way down to the harbour of the town"
    _store(app, "$2b$04$DGtGbLmlvm4zCBfsbVfoL.t7id9jXvjcMrHZJCf1O8TGOeM4FRWy.")

    assert post(app.test_client(), "/login", identifier="anna", password=long[:71]).status_code == 422
    for typed in (f"{long[:80]}oops", long, long[:72]):
        assert post(app.test_client(), "/login", identifier="anna", password=typed).status_code == 303
    assert post(app.test_client(), "/login", identifier="anna", password=long).status_code == 422


def test_enu_02_who_has_no_password_costs_a_hash_of_todays_kind(make_app, people_of, post):
    hasher = SpyingHasher(memory_kib=16, passes=2)
    app = people_of(make_app(hasher=hasher))
    for name in ("nobody", "keyonly"):
        post(app.test_client(), "/login", identifier=name, password="not the password at all")

    assert hasher.checked == [hasher._decoy, hasher._decoy]
    assert "$m=16,t=2,p=1$" in hasher._decoy


class SpyingHasher(Argon2):
    """Keeps what it was asked to check."""

    def __init__(self, **cost):
        super().__init__(**cost)
        self.checked = []

    def _matches(self, stored, password):
        self.checked.append(stored)
        return super()._matches(stored, password)


@pytest.fixture
def people_of():
    def act(app):
        make_user(app, "keyonly", password=None)
        return app

    return act


def test_pwd_08_a_full_line_answers_503_and_says_when_to_come_back(make_app, anna, post):
    release, entered = threading.Event(), threading.Event()
    hasher = Argon2(memory_kib=8, passes=1, bound=Bound(at_once=1, line=0, patience=5))
    client = make_app(hasher=hasher).test_client()
    first = threading.Thread(target=hasher._line.wait_for, args=(lambda: entered.set() or release.wait(30),))
    first.start()
    entered.wait(30)

    for path, fields in (("/login", {"identifier": "anna"}), ("/register", BERTA)):
        answer = post(client, path, password=PASSWORD, **fields)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/healthz").status_code == 200
    release.set()
    first.join()
    assert post(client, "/login", identifier="anna", password=PASSWORD).status_code == 303


def test_pwd_08_a_link_that_waits_is_no_free_work_and_its_own_browser_needs_none(make_app, post, mailbox):
    hasher = SpyingHasher(memory_kib=8, passes=1)
    app = make_app(hasher=hasher)
    own, elsewhere = app.test_client(), app.test_client()
    post(own, "/register", password=PASSWORD, **BERTA)
    deliver(app)
    for browser in (own, elsewhere):
        browser.get(mailbox.link())
    before = len(hasher.checked)
    statuses = [post(elsewhere, "/confirm-email", password="too short").status_code for _ in range(22)]

    assert statuses == [422] * 20 + [429] * 2
    assert len(hasher.checked) - before == 20
    assert post(own, "/confirm-email").status_code == 303
