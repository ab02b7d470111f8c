"""Finding out who has an account; names and addresses; passwords; registering what belongs to others."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from watchword.core.passwords import Argon2
from watchword.features.accounts import service as accounts
from watchword.features.accounts.models import User
from watchword.testing import PASSWORD, add_authenticator, make_user, submit

WRONG = "not the password at all"


class CountingHasher(Argon2):
    """Counts the work, which is what a stop-watch would see."""

    def __init__(self):
        super().__init__(memory_kib=8, passes=1)
        self.work = 0

    def verify(self, stored, password):
        self.work += 1
        return super().verify(stored, password)

    def hash(self, password):
        self.work += 1
        return super().hash(password)


@pytest.fixture
def people(app, scope):
    make_user(app, "normal")
    make_user(app, "closed")
    make_user(app, "keyonly", password=None)
    scope.db.execute(update(User).where(User.username == "closed").values(closed_at=scope.now))
    scope.commit()


@pytest.mark.parametrize("program", [False, True])
def test_enu_01_the_answer_is_the_same_for_every_state_of_an_account(make_app, people, post, masked, program):
    app = make_app(WATCHWORD_LOGIN_GUESSES_PER_MINUTE=60)
    headers = {"Accept": "application/json"} if program else {}
    add_authenticator(app, make_user(app, "twofold"))
    submit(app.test_client(), "/register", username="waiting", email="waiting@example.com", password=PASSWORD)
    answers = []
    for name in ("normal", "closed", "keyonly", "twofold", "waiting", "nobody"):
        client = app.test_client()
        answer = post(client, "/login", identifier=name, password=WRONG, headers=headers)
        shown = masked(answer)
        if program:
            shown = (*shown[:4], {**answer.json, "request_id": ""})
        else:
            shown = (*shown[:4], shown[4].replace(f'value="{name}"', ""))
        answers.append(shown)
    assert all(answer == answers[0] for answer in answers)


def test_enu_02_unknown_names_cost_the_same_hash_and_the_same_statements(make_app, people, post):
    hasher = CountingHasher()
    app = make_app(hasher=hasher)
    from tests.support.rows import statements
    from watchword.web.setup import setup_of

    engines = setup_of(app).tools.store.engines
    costs = []
    for name in ("normal", "nobody", "closed", "keyonly", "nobody@example.com"):
        client = app.test_client()
        client.get("/login")
        before = hasher.work
        with statements(engines.read, engines.write) as asked:
            post(client, "/login", identifier=name, password=WRONG)
        costs.append((hasher.work - before, [one.verb for one in asked]))
    assert costs[0][0] == 1
    assert all(cost == costs[0] for cost in costs)


def test_enu_04_d8_registering_a_known_address_looks_and_costs_like_any_other(make_app, masked):
    hasher = CountingHasher()
    app = make_app(hasher=hasher)
    make_user(app, "known")
    shown = []
    for name, email in (("one1", "known@example.com"), ("two2", "fresh@example.com")):
        client = app.test_client()
        before = hasher.work
        answer = submit(client, "/register", username=name, email=email, password=PASSWORD)
        page = client.get("/confirm-email")
        resent = submit(client, "/confirm-email/resend", form_at="/confirm-email", email=email)
        pages = [masked(one) for one in (answer, page, resent)]
        texts = [(*one[:4], one[4].replace(email, "ADDRESS").replace(name, "NAME")) for one in pages]
        shown.append((hasher.work - before, texts))
    assert shown[0] == shown[1]


def test_enu_05_asking_for_another_mail_says_the_same_to_everyone(app, people, post, masked):
    answers = []
    for email in ("normal@example.com", "closed@example.com", "nobody@example.com"):
        client = app.test_client()
        post(client, "/register", username="someone", email="mine@example.com", password=PASSWORD)
        answer = post(client, "/confirm-email/resend", form_at="/confirm-email", email=email)
        answers.append(masked(answer))
    assert all(answer == answers[0] for answer in answers)


def test_enu_09_unknown_names_are_limited_like_known_ones(make_app, people, post):
    refused = []
    for name in ("normal", "nobody"):
        app = make_app(WATCHWORD_TRUSTED_PROXIES="1")
        client = app.test_client()
        address = {"X-Forwarded-For": f"198.51.100.{len(refused) + 1}"}
        statuses = [
            post(client, "/login", identifier=name, password=WRONG, headers=address).status_code for _ in range(7)
        ]
        refused.append(statuses)
    assert refused[0] == refused[1] == [422] * 5 + [429] * 2


def test_enu_10_no_page_before_the_password_depends_on_the_name(client, people, post, masked):
    pages = []
    for name in ("normal", "keyonly", "nobody"):
        asked, named = client.get(f"/login?identifier={name}"), post(client, "/login", identifier=name)
        assert name not in asked.text
        pages.append([masked(asked)[4], masked(named)[4].replace(f'value="{name}"', "")])

    assert all(page == pages[0] for page in pages)


def test_idn_01_an_address_that_only_looks_alike_is_another_address(app, scope):
    make_user(app, "mike")

    assert accounts.find(scope, "m\u0131ke@example.com") is None


def test_idn_01_the_mail_goes_to_the_stored_spelling(app, client, post, deliver, mailbox):
    make_user(app, "kelly")
    post(client, "/register", username="other", email="\u212aelly@example.com", password=PASSWORD)
    deliver()

    assert [mail["To"] for mail in mailbox.mails] == ["kelly@example.com"]


@pytest.mark.parametrize("name", ["ａｄｍｉｎ", "аdmin", "ad\u200bmin", "ad\u00admin", "\u202enimda", "ANNA", "ａnna"])
def test_idn_02_no_name_looks_like_another(app, client, post, name):
    make_user(app, "anna")

    assert post(client, "/register", username=name, email="x@example.com", password=PASSWORD).status_code == 422


@pytest.mark.parametrize(
    "email",
    [
        "attacker@evil.test＠corp.test", "a﹫corp.test", "a@corp。test", "v@x.test,a@e.test", "v@x.test;a@e.test",
        "v@x.test a@e.test", "v@x.test\na@e.test", '"v@corp.test x"@evil.test', "a(comment)@x.test", "<v@x.test>a@e.test",
        "a%b@x.test", "a!b@x.test", "a@[127.0.0.1]", "a@x.test\r\nBcc: b@e.test", "=?utf-8?q?a?=@x.test",
    ],
)  # fmt: skip
def test_idn_03_04_05_08_only_one_plain_address_is_taken(client, post, deliver, mailbox, email):
    answer = post(client, "/register", username="berta", email=email, password=PASSWORD)
    deliver()

    assert answer.status_code == 422
    assert mailbox.mails == []


def test_idn_04_an_address_given_twice_is_refused(client, post):
    fields = {"username": "berta", "email": ["a@x.test", "b@x.test"], "password": PASSWORD}

    assert post(client, "/register", **fields).status_code == 422


@pytest.mark.parametrize("name", ["http://evil.test", "evil.com", "<b>bold</b>", "x" * 500, "a\r\nBcc: x@e.test"])
def test_idn_09_a_name_can_not_be_a_message(client, post, name):
    assert post(client, "/register", username=name, email="a@example.com", password=PASSWORD).status_code == 422


@pytest.mark.parametrize("size", [257, 5_000, 60_000])
@pytest.mark.parametrize("path", ["/login", "/register"])
def test_pwd_01_07_a_long_password_is_refused_before_it_is_hashed(make_app, post, path, size):
    hasher = CountingHasher()
    client = make_app(hasher=hasher).test_client()
    fields = {
        "identifier": "anna",
        "username": "berta",
        "email": "berta@example.com",
        "password": "\ufdfa" * (size // 3),
    }
    before = hasher.work
    answer = post(client, path, **fields | {"password": "a" * size})

    assert answer.status_code in {413, 422}
    assert hasher.work == before


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("a1" * 36 + "bcdef", "a1" * 36 + "c"),
        ("quiet\x00 lantern over copper", "quiet"),
        ("  leading and trailing  ", "leading and trailing"),
        ("\U0001f98a" * 255 + "b", "\U0001f98a" * 255 + "c"),
    ],
)
def test_pwd_02_d3_no_byte_of_a_password_is_cut_off(app, client, post, right, wrong):
    make_user(app, "anna", password=right)

    assert post(client, "/login", identifier="anna", password=wrong).status_code == 422
    assert post(client, "/login", identifier="anna", password=right).status_code == 303


def test_pwd_03_a_password_is_not_set_without_the_current_one(signed_in, post, scope, anna):
    for fields in (
        {"current_password": WRONG, "password": "seven maple trees in the wind"},
        {"password": "seven maple trees in the wind"},
        {"current_password": "", "password": "seven maple trees"},
    ):
        assert post(signed_in, "/account/password", **fields).status_code == 422
    post(signed_in, "/account", username="anna", password="seven maple trees in the wind")
    assert signed_in.post("/account/security", data={"password": "x" * 20}).status_code == 405

    assert accounts.verify(scope, accounts.get(scope, anna), PASSWORD)


@pytest.mark.parametrize("typed", ["", " ", "\x00", "!", "null", "None"])
def test_pwd_04_an_account_without_a_password_has_no_right_one(client, people, post, typed):
    assert post(client, "/login", identifier="keyonly", password=typed).status_code == 422


def test_pwd_06_one_password_on_two_keyboards(app, client, post):
    make_user(app, "anna", password="caf\u00e9 under the old bridge")

    assert post(client, "/login", identifier="anna", password="cafe\u0301 under the old bridge").status_code == 303


def test_pwd_09_an_older_hash_is_upgraded_by_the_right_password_only(make_app, post, new_scope):
    old = make_app(hasher=Argon2(memory_kib=8, passes=1))
    make_user(old, "anna")
    client = make_app(hasher=Argon2(memory_kib=16, passes=2)).test_client()

    def stored():
        scope = new_scope()
        found = scope.read.scalar(select(User.password_hash))
        scope.close()
        return found

    first = stored()
    post(client, "/login", identifier="anna", password=WRONG)
    assert stored() == first
    post(client, "/login", identifier="anna", password=PASSWORD)
    assert "$m=16,t=2,p=1$" in stored()


def test_pre_02_06_a_stranger_who_registered_first_has_nothing(app, client, deliver, mailbox):
    stranger = app.test_client()
    submit(stranger, "/register", username="stranger", email="victim@example.com", password="the stranger's own secret")
    assert stranger.get("/dashboard").status_code == 303
    refused = submit(stranger, "/login", identifier="victim@example.com", password="the stranger's own secret")
    assert refused.status_code == 422

    submit(client, "/register", username="victim", email="victim@example.com", password=PASSWORD)
    deliver()
    client.get(mailbox.link())
    assert submit(client, "/confirm-email").status_code == 303

    refused = submit(stranger, "/login", identifier="victim@example.com", password="the stranger's own secret")
    assert refused.status_code == 422
    assert submit(client, "/login", identifier="victim", password=PASSWORD).status_code == 303
    stranger.get(mailbox.link(0))
    assert stranger.get("/confirm-email").status_code == 404


def test_az_03_posted_extras_change_nothing(client, post, deliver, mailbox, scope):
    extra = {"is_admin": "1", "role": "admin", "id": "7", "credential_version": "9", "closed_at": "x"}
    post(client, "/register", username="berta", email="berta@example.com", password=PASSWORD, **extra)
    deliver()
    client.get(mailbox.link())
    post(client, "/confirm-email", **extra)

    row = scope.read.execute(select(User.id, User.is_admin, User.credential_version, User.closed_at)).one()
    assert tuple(row) == (1, False, 1, None)
