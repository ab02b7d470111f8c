"""Change of address, and what must be asked again before it."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from sqlalchemy import func, select

from tests.support.together import together
from watchword.features.accounts.models import User
from watchword.features.audit.models import AuditRow
from watchword.features.my_account.models import AddressChange
from watchword.features.outbox.models import OutboxRow
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit

NEW = "anna@new.example"
OTHER_PASSWORD = "seven maple trees in the wind"
SENSITIVE = ("/account/email", "/account/email", "/account/password", "/account/sessions/end-others")


@pytest.fixture
def email_of(app, new_scope):
    return lambda user_id: new_scope().read.scalar(select(User.email).where(User.id == user_id))


def link_to(mailbox, address):
    text = mailbox.to(address)[-1].get_body(("plain",)).get_content()
    return re.search(r"https?://[^/\s]+(/confirm-email/\S+)", text).group(1)


def test_enu_07_a_taken_address_gets_the_same_answer_statements_and_rows(app, anna, seen, masked, new_scope):
    make_user(app, "carla")
    answers, asked = [], []
    for email in ("carla@example.com", "free1@example.com"):
        client = app.test_client()
        login_as(client, anna)
        token = csrf_token(client, "/account/email")
        with seen() as statements:
            answers.append(masked(client.post("/account/email", data={"csrf_token": token, "email": email})))
        page = client.get("/confirm-email").text.replace(email, "…")
        answers.append(re.sub(r'name="csrf_token" value="[^"]+"|[A-Za-z0-9_-]{43}', "", page))
        asked.append([one.sql for one in statements])

    assert answers[0] == answers[2]
    assert answers[1] == answers[3]
    assert asked[0] == asked[1]
    rows = new_scope().read
    assert rows.scalar(select(func.count()).select_from(AddressChange)) == 2
    jobs = rows.execute(select(OutboxRow.job, func.length(OutboxRow.payload))).all()
    assert {Counter(jobs)[one] for one in set(jobs)} == {2}


def test_enu_07_the_owner_of_a_taken_address_gets_no_usable_link(app, signed_in, deliver, mailbox):
    make_user(app, "carla")
    submit(signed_in, "/account/email", email="carla@example.com")
    deliver()

    (told,) = mailbox.to("carla@example.com")
    assert "/confirm-email" not in told.as_string()
    assert "carla@example.com" in signed_in.get("/account").text


def test_tok_16_nothing_changes_before_the_new_address_is_proved(app, signed_in, anna, deliver, mailbox, email_of):
    submit(signed_in, "/account/email", email=NEW)
    deliver()
    assert email_of(anna) == "anna@example.com"
    browser = app.test_client()
    assert submit(browser, "/login", identifier=NEW, password=PASSWORD).status_code == 422

    signed_in.get(link_to(mailbox, NEW))
    assert email_of(anna) == "anna@example.com"
    submit(signed_in, "/confirm-email")

    assert email_of(anna) == NEW
    assert submit(browser, "/login", identifier=NEW, password=PASSWORD).status_code == 303


def test_tok_16_the_old_address_is_told_at_once(signed_in, deliver, mailbox):
    submit(signed_in, "/account/email", email=NEW)
    deliver()

    (told,) = mailbox.to("anna@example.com")
    assert "/secure-account/" in told.get_body(("plain",)).get_content()


@pytest.mark.parametrize("path", SENSITIVE)
def test_tok_16_a_browser_left_open_changes_nothing(signed_in, anna, clock, new_scope, path):
    token = csrf_token(signed_in, "/account")
    clock.pass_(minutes=10, seconds=1)
    fields = {"email": NEW, "current_password": PASSWORD, "password": OTHER_PASSWORD}

    answer = signed_in.post(path, data={"csrf_token": token, **fields})

    assert answer.location == f"/account/confirm?next={path}"
    assert new_scope().read.scalar(select(func.count()).select_from(AddressChange)) == 0


def test_tok_16_a_stranger_who_got_the_link_by_a_typing_error_gets_no_account(
    app, signed_in, anna, deliver, mailbox, email_of
):
    submit(signed_in, "/account/email", email=NEW)
    deliver()
    stranger = app.test_client()
    stranger.get(link_to(mailbox, NEW))
    page = stranger.get("/confirm-email").text
    answer = submit(stranger, "/confirm-email", password="not the password at all")

    assert answer.status_code == 422
    assert "anna@example.com" not in page + answer.text
    assert email_of(anna) == "anna@example.com"
    assert submit(stranger, "/confirm-email", password=PASSWORD).location == "/login"
    assert email_of(anna) == NEW
    assert stranger.get("/account").status_code == 303


def test_tok_13_looking_at_the_link_consumes_nothing(app, signed_in, anna, deliver, mailbox, email_of):
    submit(signed_in, "/account/email", email=NEW)
    deliver()
    link = link_to(mailbox, NEW)
    for _ in range(3):
        scanner = app.test_client()
        scanner.head(link)
        scanner.get(link, follow_redirects=True)
    assert email_of(anna) == "anna@example.com"

    signed_in.get(link)
    assert submit(signed_in, "/confirm-email").status_code == 303


def test_tok_09_a_link_of_a_registration_changes_no_address(app, signed_in, anna, deliver, mailbox, email_of):
    submit(app.test_client(), "/register", username="berta", email="berta@example.com", password=PASSWORD)
    deliver()
    signed_in.get(link_to(mailbox, "berta@example.com"))
    submit(signed_in, "/confirm-email", password=OTHER_PASSWORD)

    assert email_of(anna) == "anna@example.com"


def test_pre_04_a_change_that_waits_is_dead_after_a_reset(app, signed_in, anna, deliver, mailbox, email_of):
    submit(signed_in, "/account/email", email=NEW)
    deliver()
    link = link_to(mailbox, NEW)
    victim = app.test_client()
    submit(victim, "/forgot-password", email="anna@example.com")
    deliver()
    texts = [mail.get_body(("plain",)).get_content() for mail in mailbox.to("anna@example.com")]
    reset = next(found.group(1) for text in texts if (found := re.search(r"(/reset-password/\S+)", text)))
    victim.get(reset)
    submit(victim, "/reset-password", password=OTHER_PASSWORD)

    attacker = app.test_client()
    attacker.get(link)
    answer = attacker.get("/confirm-email")

    assert answer.status_code == 404
    assert email_of(anna) == "anna@example.com"


def test_tok_04_of_six_confirmations_at_once_one_changes_the_address(app, anna, deliver, mailbox, email_of):
    browsers = [app.test_client() for _ in range(6)]
    secret = login_as(browsers[0], anna)
    submit(browsers[0], "/account/email", email=NEW)
    deliver()
    for browser in browsers:
        browser.set_cookie("watchword", secret)
        browser.get(link_to(mailbox, NEW))
    tokens = [csrf_token(browser, "/confirm-email") for browser in browsers]

    def confirm(number):
        return browsers[number].post("/confirm-email", data={"csrf_token": tokens[number]}).status_code

    answers = Counter(together(6, confirm))
    assert answers[303] == 1
    assert set(answers) <= {303, 404, 422}
    assert email_of(anna) == NEW


def test_tok_04_of_six_links_at_once_one_names_the_address(app, anna, deliver, mailbox, email_of):
    browsers = [app.test_client() for _ in range(6)]
    wanted = [f"anna{number}@new.example" for number in range(6)]
    for browser, email in zip(browsers, wanted, strict=True):
        login_as(browser, anna)
        submit(browser, "/account/email", email=email)
    deliver()
    for browser, email in zip(browsers, wanted, strict=True):
        browser.get(link_to(mailbox, email))
    tokens = [csrf_token(browser, "/confirm-email") for browser in browsers]

    def confirm(number):
        return browsers[number].post("/confirm-email", data={"csrf_token": tokens[number]}).status_code

    answers = together(6, confirm)
    assert answers.count(303) == 1
    assert set(answers) <= {303, 404, 422}
    assert email_of(anna) == wanted[answers.index(303)]


def test_tok_04_of_six_users_who_confirm_one_address_at_once_one_gets_it(app, clock, deliver, mailbox, new_scope):
    browsers, links = [app.test_client() for _ in range(6)], []
    for number, browser in enumerate(browsers):
        clock.pass_(minutes=20)  # the cap on mails to one address
        user_id = make_user(app, f"berta{number}")
        login_as(browser, user_id)
        submit(browser, "/account/email", email="shared@new.example")
        deliver()
        links.append(link_to(mailbox, "shared@new.example"))
    for number, browser in enumerate(browsers):
        login_as(browser, number + 1)
        browser.get(links[number])
    tokens = [csrf_token(browser, "/confirm-email") for browser in browsers]

    def confirm(number):
        return browsers[number].post("/confirm-email", data={"csrf_token": tokens[number]}).status_code

    answers = Counter(together(6, confirm))
    assert answers[303] == 1
    assert set(answers) <= {303, 404, 422}
    rows = new_scope().read.scalars(select(User.email)).all()
    assert Counter(rows)["shared@new.example"] == 1


def test_tok_16_the_old_address_may_take_the_account_back_for_a_week(
    app, anna, clock, deliver, mailbox, email_of, new_scope
):
    thief = app.test_client()
    login_as(thief, anna)
    submit(thief, "/account/email", email=NEW)
    deliver()
    undo = re.search(r"(/secure-account/\S+)", mailbox.text(mailbox.mails.index(mailbox.to("anna@example.com")[0])))
    thief.get(link_to(mailbox, NEW))
    submit(thief, "/confirm-email")
    submit(thief, "/account/password", current_password=PASSWORD, password=OTHER_PASSWORD)
    assert email_of(anna) == NEW
    clock.pass_(days=6, hours=23)

    owner = app.test_client()
    owner.get(undo.group(1))
    answer = submit(owner, "/secure-account")

    assert answer.status_code == 303
    assert email_of(anna) == "anna@example.com"
    assert thief.get("/account").status_code == 303
    assert submit(thief, "/login", identifier=NEW, password=OTHER_PASSWORD).status_code == 422
    facts = new_scope().read.scalar(select(AuditRow.facts).where(AuditRow.name == "notices.account_secured"))
    assert json.loads(facts)["undone"] == "address_change"
