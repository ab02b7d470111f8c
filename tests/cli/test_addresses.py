"""set-address."""

from __future__ import annotations

import json
import re

import pytest

from tests.attacks.taken_back.people import HERS, reset, signs_in
from tests.cli.conftest import run_in
from watchword.commands import addresses
from watchword.features.accounts import service as accounts
from watchword.features.audit import service as audit
from watchword.testing import deliver, login_as, make_user, submit
from watchword.testing.people import change

OLD, NEW = "anna@example.com", "anna@new.example"


@pytest.fixture
def without_address(app, anna):
    """Anna, who took her account back while another account had her address."""
    with change(app) as scope:
        accounts.withdraw_address(scope, anna)
        accounts.withdraw_password(scope, anna)
    return anna


@pytest.fixture
def mailed(app, mailbox):
    """`mailed("reset-password", to)`: the newest link of that page in the inbox of *to*."""

    def act(page, to):
        deliver(app)
        texts = "\n".join(mail.get_body(("plain",)).get_content() for mail in mailbox.to(to))
        return re.findall(rf"https?://[^/\s]+(/{page}/\S+)", texts)[-1]

    return act


def email_of(new_scope, user_id):
    return accounts.get(new_scope(), user_id).email


def ask_for_reset(app, email):
    browser = app.test_client()
    submit(browser, "/forgot-password", email=email)
    return browser


def test_who_has_no_address_gets_one_and_comes_in_by_it(app, run, without_address, mailed, mailbox):
    result = run("set-address", "anna", NEW)

    assert (
        result.stdout
        == f"The address of anna is {NEW} now. There was none, so nobody is told by mail. All sessions ended.\n"
    )
    deliver(app)
    assert mailbox.mails == []
    browser = ask_for_reset(app, NEW)
    reset(browser, mailed("reset-password", NEW), HERS)
    assert signs_in(app, HERS)


def test_a_wish_of_the_next_moment_to_take_something_back_leaves_the_address(
    app, run, new_scope, without_address, mailed
):
    """A notice leads to the address of a minute before it; that was none."""
    run("set-address", "anna", NEW)
    reset(ask_for_reset(app, NEW), mailed("reset-password", NEW), HERS)
    browser = app.test_client()
    browser.get(mailed("secure-account", NEW))
    submit(browser, "/secure-account")

    assert email_of(new_scope, without_address) == NEW


def test_the_old_address_is_told_and_takes_it_back(app, run, scope, mailed, mailbox):
    anna = make_user(app, "anna")
    assert "The old one is told by mail." in run("set-address", OLD, NEW).stdout

    link = mailed("secure-account", OLD)
    assert {mail["To"] for mail in mailbox.mails} == {OLD}
    browser = app.test_client()
    browser.get(link)
    submit(browser, "/secure-account")

    assert accounts.get(scope, anna).email == OLD


def test_links_that_were_mailed_before_are_dead(app, run, anna, mailed):
    browser = ask_for_reset(app, OLD)
    link = mailed("reset-password", OLD)

    assert [browser.get(page).status_code for page in (link, "/reset-password")] == [303, 200]

    run("set-address", "anna", NEW)

    assert browser.get("/reset-password").status_code == 404


def test_whoever_was_in_is_out(app, run, client, anna, new_scope):
    login_as(client, anna)
    assert client.get("/account").status_code == 200

    assert run("set-address", "anna", NEW).stdout.endswith(" All sessions ended.\n")

    assert client.get("/account").status_code == 303
    ended = [each.facts for each in audit.recent_for(new_scope(), anna, limit=5) if each.name == "sessions.ended_many"]
    assert [facts["reason"] for facts in ended] == ["address_set_by_operator"]


def test_the_audit_log_tells_that_an_operator_did_it(run, new_scope, anna):
    run("set-address", "anna", NEW)

    entry, *_ = audit.recent_for(new_scope(), anna, limit=5)
    assert (entry.name, entry.facts["by"], entry.user_agent) == (
        "my_account.address_changed",
        "operator",
        "watchword command",
    )


@pytest.mark.parametrize(
    "refused",
    [
        ("anna", "Carla@Example.com", "There is a user with that address already"),
        ("anna", "nonsense", "Enter one email address"),
        ("anna", "a@example.com,b@example.com", "Enter one email address"),
        ("anna", "Anna@example.com", "That's the address you have"),
        ("nobody", NEW, "There is no user with that name or address"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(app, run, new_scope, anna, refused):
    name, email, words = refused
    make_user(app, "carla")

    result = run("set-address", name, email, status=1)

    assert words in result.stderr
    assert email_of(new_scope, anna) == OLD
    assert [entry.name for entry in audit.recent_for(new_scope(), anna, limit=5)] == ["accounts.user_created"]


@pytest.mark.usefixtures("anna")
def test_who_is_quicker_keeps_the_address_and_nobody_is_told(app, run, mailbox, monkeypatch):
    look = accounts.holder_of_address

    def then_somebody_is_quicker(scope, address):
        found = look(scope, address)
        make_user(app, "carla", email=NEW)
        return found

    monkeypatch.setattr(addresses.accounts, "holder_of_address", then_somebody_is_quicker)

    assert "already" in run("set-address", "anna", NEW, status=1).stderr
    deliver(app)
    assert mailbox.mails == []


def test_json_holds_the_public_id(run, new_scope, anna):
    result = run("set-address", "anna", NEW, "--json")

    assert json.loads(result.stdout) == {"user": accounts.get(new_scope(), anna).public_id}


def test_where_nobody_keeps_which_address_was_whose_it_is_refused(make_app):
    app = make_app(WATCHWORD_FEATURES="login")

    result = run_in(app, "set-address", "anna", NEW, status=1)

    assert "The feature my_account is off" in result.stderr
