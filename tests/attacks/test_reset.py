"""Taking an account over through the forgotten password or through a notice."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import select, update

from tests.support.together import together
from watchword.features.accounts.models import User
from watchword.features.outbox.models import OutboxRow
from watchword.tables import metadata
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web.setup import setup_of

NEW = "seven maple trees in the wind"
KNOWN, UNKNOWN, CLOSED = "anna@example.com", "nobody@example.com", "shut@example.com"


@pytest.fixture
def mailed(client, anna, deliver, mailbox):
    """Anna asked in *client*; the address in the mail."""
    submit(client, "/forgot-password", email=KNOWN)
    deliver()
    return mailbox.link()


@pytest.fixture
def closed(app, new_scope):
    shut = make_user(app, "shut")
    scope = new_scope()
    scope.db.execute(update(User).where(User.id == shut).values(closed_at=scope.now))
    scope.commit()
    return shut


def in_again(client, password):
    return submit(client, "/login", identifier="anna", password=password).status_code == 303


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN, CLOSED, "o+tag@xn--bcher-kva.example"])
def test_enu_05_every_address_gets_the_same_answer_the_same_statements_and_the_same_rows(
    app, anna, closed, seen, masked, scope, email
):
    browser = app.test_client()
    token = csrf_token(browser, "/forgot-password")
    with seen() as asked:
        answer = browser.post("/forgot-password", data={"csrf_token": token, "email": email})
    page = browser.get("/reset-password")

    written = [one.sql.partition("(")[0].split()[2] for one in asked if one.verb == "INSERT"]
    counts = [name for name in written if name == "auth_limit"]
    assert [name for name in written if name != "auth_limit"] == ["auth_audit", "auth_outbox"]
    assert (len(counts), [one for one in asked if one.verb == "SELECT"]) == (1, [])
    assert (answer.status_code, answer.location) == (303, "/reset-password")
    (row,) = scope.read.execute(select(OutboxRow.job, OutboxRow.payload)).all()
    assert row.job == "password_reset.mail"
    assert email.encode() not in row.payload
    assert "If there's an account" in page.text.replace("&#39;", "'")


def test_enu_05_the_answers_differ_in_nothing_but_nonce_and_token(app, anna, closed, masked):
    answers = set()
    for email in (KNOWN, UNKNOWN, CLOSED):
        browser = app.test_client()
        sent = submit(browser, "/forgot-password", email=email)
        page = browser.get("/reset-password")
        wrong = submit(browser, "/reset-password", code="00000000")
        answers.add(repr([str(masked(one)).replace(email, "ADDRESS") for one in (sent, page, wrong)]))

    assert len(answers) == 1


@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "localhost@evil.test", "LOCALHOST."])
def test_tok_01_02_the_link_is_made_of_the_public_address_alone(client, anna, deliver, mailbox, host):
    form = {"csrf_token": csrf_token(client, "/forgot-password"), "email": KNOWN}
    client.post("/forgot-password", data=form, headers={"Host": host, "X-Forwarded-Host": host, "Forwarded": host})
    deliver()

    assert not any("evil" in mail.as_string() for mail in mailbox.mails)


def test_tok_03_the_token_leaves_the_address_at_the_first_hop(client, mailed):
    hop = client.get(mailed)

    assert (hop.status_code, hop.location) == (303, "/reset-password")
    assert hop.headers["Referrer-Policy"] == "no-referrer"
    page = client.get("/reset-password").text
    assert mailed.rpartition("/")[2] not in page
    assert "http" not in page.replace("http://localhost", "").replace("http://www.w3.org/", "")


def test_tok_04_a_link_sets_one_password(app, client, mailed):
    browsers = [client, app.test_client()]
    for browser in browsers:
        browser.get(mailed)
    assert submit(client, "/reset-password", password="short").status_code == 422
    assert submit(client, "/reset-password", password=NEW).status_code == 303

    assert browsers[1].get("/reset-password").status_code == 404
    client.get(mailed)
    assert client.get("/reset-password").status_code == 404


def test_tok_06_only_the_newest_link_works_and_using_it_kills_all(app, client, mailed, deliver, mailbox):
    submit(client, "/forgot-password", email=KNOWN)
    deliver()
    first, newest = mailbox.link(0), mailbox.link(1)
    old = app.test_client()
    old.get(first)
    assert old.get("/reset-password").status_code == 404

    client.get(newest)
    assert submit(client, "/reset-password", password=NEW).status_code == 303
    old.get(newest)
    assert old.get("/reset-password").status_code == 404


def test_tok_07_of_twenty_posts_with_one_link_exactly_one_wins(app, mailed):
    browsers = [app.test_client() for _ in range(20)]
    for browser in browsers:
        browser.get(mailed)
    tokens = [csrf_token(browser, "/reset-password") for browser in browsers]

    def post(number):
        form = {"csrf_token": tokens[number], "password": f"{NEW} number {number}"}
        return browsers[number].post("/reset-password", data=form).status_code

    statuses = together(20, post)

    assert Counter(statuses)[303] == 1
    assert set(statuses) <= {303, 404, 422}
    assert in_again(app.test_client(), f"{NEW} number {statuses.index(303)}")


def test_tok_09_a_value_signed_for_something_else_is_no_link(app, client, mailed, new_scope):
    keys = setup_of(app).tools.keys
    token = mailed.rpartition("/")[2]
    raw = keys.unsign(token, "reset link", 60)
    others = [keys.sign(raw, purpose) for purpose in ("registration link", "secure link", "pre-login", "")]
    for path, values in {"/reset-password": others, "/secure-account": [token], "/confirm-email": [token]}.items():
        for value in [*values, client.get_cookie("watchword-pre").value, raw]:
            browser = app.test_client()
            browser.get(f"{path}/{value}")
            assert browser.get(path).status_code in {303, 404}, (path, value)


def test_tok_10_without_the_mail_there_is_no_new_password(app, client, anna, deliver, mailbox):
    make_user(app, "eve")
    attacker = app.test_client()
    submit(attacker, "/forgot-password", email="eve@example.com")
    deliver()
    eves = mailbox.link()
    submit(attacker, "/forgot-password", email=KNOWN)
    deliver()
    token = csrf_token(attacker, "/reset-password")
    for form in ({"code": "00000000"}, {"password": NEW}, {"password": NEW, "email": KNOWN, "username": "anna"}):
        attacker.post("/reset-password", data={"csrf_token": token, **form})
    assert in_again(client, PASSWORD)

    attacker.get(eves)
    submit(attacker, "/reset-password", password=NEW, email=KNOWN, account="anna", username="anna")
    assert in_again(app.test_client(), PASSWORD)


def test_tok_12_links_are_random_and_stored_as_fingerprints(app, client, mailed, mailbox, scope):
    signed = mailed.rpartition("/")[2]
    raw = setup_of(app).tools.keys.unsign(signed, "reset link", 60)

    dump = json.dumps([[str(v) for v in row] for t in metadata.sorted_tables for row in scope.read.execute(select(t))])
    assert len(raw) == 43
    assert not any(one in dump for one in (raw, signed, mailbox.code()))


def test_tok_13_scanners_use_nothing_up(app, client, mailed):
    scanner = app.test_client()
    for look in (scanner.head, scanner.get, scanner.head, scanner.get):
        look(mailed, headers={"Purpose": "prefetch"})
        look("/reset-password")

    client.get(mailed)
    assert submit(client, "/reset-password", password=NEW).status_code == 303


def test_tok_17_a_code_is_guessed_five_times_in_whatever_way(app, client, mailed, mailbox):
    token = csrf_token(client, "/reset-password")
    held = client.get_cookie("watchword-pre").value
    statuses = []
    for number in range(12):
        client.set_cookie("watchword-pre", held)  # the count isn't in the browser
        headers = {"Accept": "application/json"} if number % 2 else {}
        form = {"csrf_token": token, "code": f"{number:08d}"}
        statuses.append(client.post("/reset-password", data=form, headers=headers).status_code)
    client.set_cookie("watchword-pre", held)

    assert set(statuses) == {422}
    assert client.post("/reset-password", data={"csrf_token": token, "code": mailbox.code()}).status_code == 422


def test_tok_18_a_closed_account_gets_no_link_and_stays_closed(app, client, closed, deliver, mailbox):
    submit(client, "/forgot-password", email=CLOSED)
    deliver()

    assert mailbox.mails == []
    assert submit(app.test_client(), "/login", identifier="shut", password=PASSWORD).status_code == 422


def test_tok_20_a_changed_or_old_link_says_one_neutral_thing(app, mailed, clock):
    token = mailed.rpartition("/")[2]
    changed = [token[:-2], token + "=", token.swapcase(), "A" + token[1:], token[1:], token.replace(".", "", 1)]
    texts = set()
    for one in changed:
        browser = app.test_client()
        browser.get(f"/reset-password/{one}")
        answer = browser.get("/reset-password")
        assert answer.status_code == 404
        texts.add(answer.text)
    clock.pass_(minutes=30, seconds=1)
    late = app.test_client()
    late.get(mailed)
    texts.add(late.get("/reset-password").text)

    assert len(texts) == 1
    assert "anna" not in texts.pop()


def test_pre_02_ses_07_nothing_that_was_open_before_lives_on(app, client, mailed, anna):
    thief, half = app.test_client(), app.test_client()
    login_as(thief, anna, remembered=True)
    submit(half, "/login", identifier="anna", password=PASSWORD, remember="y")
    assert [one.get("/account").status_code for one in (thief, half)] == [200, 200]

    client.get(mailed)
    submit(client, "/reset-password", password=NEW)

    assert [one.get("/account").status_code for one in (thief, half)] == [303, 303]
    assert not in_again(app.test_client(), PASSWORD)


def test_pre_06_a_waiting_registration_of_the_address_has_no_password_to_reset(app, client, deliver, mailbox):
    submit(app.test_client(), "/register", username="squatter", email="berta@example.com", password=PASSWORD)
    submit(client, "/forgot-password", email="berta@example.com")
    deliver()

    assert [mail["Subject"] for mail in mailbox.mails] == ["Confirm your address for Watchword"]


@pytest.mark.parametrize("typed", ["mıke@example.com", "MIKE@EXAMPLE.COM", "ｍike@example.com", " mike@example.com "])
def test_idn_01_the_mail_goes_to_the_stored_address_or_nowhere(app, client, deliver, mailbox, typed):
    make_user(app, "mike")
    submit(client, "/forgot-password", email=typed)
    deliver()

    assert {str(mail["To"]) for mail in mailbox.mails} <= {"mike@example.com"}
    assert len(mailbox.mails) == (0 if "ı" in typed else 1)


@pytest.mark.parametrize(
    "typed",
    [
        "anna@example.com,eve@e.test",
        "anna@example.com;eve@e.test",
        "anna@example.com eve@e.test",
        "anna@example.com\neve@e.test",
        "Anna <anna@example.com>",
    ],
)
def test_idn_04_several_addresses_are_none(app, client, anna, deliver, mailbox, typed):
    assert submit(client, "/forgot-password", email=typed).status_code == 422
    token = csrf_token(client, "/forgot-password")
    two = client.post("/forgot-password", data={"csrf_token": token, "email": ["anna@example.com", "eve@e.test"]})
    listed = client.post("/forgot-password", data={"csrf_token": token, "email[]": ["anna@example.com", "eve@e.test"]})
    deliver()

    assert (two.status_code, listed.status_code) == (422, 422)
    assert mailbox.mails == []


def test_rl_12_a_hundred_questions_bring_two_mails_and_a_link_that_works(app, client, anna, deliver, mailbox):
    for number in range(100):
        browser = app.test_client()
        token = csrf_token(browser, "/forgot-password")
        form = {"csrf_token": token, "email": ("anna@example.com", "ANNA@example.com")[number % 2]}
        address = {"REMOTE_ADDR": f"198.51.100.{number}"}
        assert browser.post("/forgot-password", data=form, environ_base=address).status_code == 303
    deliver()

    assert len(mailbox.mails) == 2
    client.get(mailbox.link())
    assert submit(client, "/reset-password", password=NEW).status_code == 303
