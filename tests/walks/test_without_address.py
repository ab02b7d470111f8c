"""Who took their account back while another account had their address: what stands in its place is shown to nobody."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import run_in
from watchword.features.accounts import service as accounts
from watchword.features.two_factor import service as two_factor
from watchword.testing import add_authenticator, deliver, login_as, submit
from watchword.testing.people import change
from watchword.web.setup import setup_of

INVENTED, COMMAND = "withdrawn", "reset-second-factor"


@pytest.fixture
def without_address(app, anna):
    with change(app) as scope:
        accounts.withdraw_address(scope, anna)
    return anna


@pytest.fixture
def browser(client, without_address):
    login_as(client, without_address)
    return client


@pytest.mark.parametrize(
    "page",
    [
        "/account",
        "/account/security",
        "/account/email",
        "/account/password",
        "/account/close",
        "/account/sessions",
        "/account/activity",
        "/dashboard",
    ],
)
def test_no_page_shows_the_invented_address(browser, page):
    shown = browser.get(page)

    assert shown.status_code == 200
    assert INVENTED not in shown.text


def test_the_page_that_confirms_who_one_is_names_the_user(browser, clock):
    clock.pass_(minutes=11)
    shown = browser.get("/account/confirm?next=/account/email").text

    assert 'name="account" value="anna"' in shown
    assert INVENTED not in shown


def test_a_password_manager_files_the_new_password_under_the_user_name(browser):
    assert 'name="account" value="anna"' in browser.get("/account/password").text


def test_the_security_check_says_that_nobody_is_told(browser):
    shown = browser.get("/account/security").text

    assert "Nobody is told what happens in your account." in shown
    assert "Whatever happens in your account" not in shown


def test_without_an_address_not_all_steps_are_done(app, browser, without_address):
    add_authenticator(app, without_address)
    with change(app) as scope:
        two_factor.new_recovery_codes(scope, without_address)

    assert "All three steps are done" not in browser.get("/account/security").text


def test_an_authenticator_app_lists_the_account_under_the_user_name(browser):
    submit(browser, "/account/two-factor/start", form_at="/account/two-factor/set-up")
    shown = browser.get("/account/two-factor/set-up").text

    assert "otpauth://totp/Watchword:anna?" in shown
    assert INVENTED not in shown


def test_an_operator_hears_that_no_mail_tells_the_owner_and_what_to_say(app, without_address, mailbox, clock):
    add_authenticator(app, without_address)
    said = run_in(app, COMMAND, "anna", "--reason", "Lost phone").output
    assert "told by mail first" not in said
    assert f"watchword {COMMAND} anna --owner-knows" in said

    run_in(app, COMMAND, "anna", "--owner-knows")
    for _ in range(5):
        clock.pass_(hours=12)
        setup_of(app).delivery.make_worker().purge()
    deliver(app)

    assert mailbox.mails == []
    with change(app) as scope:
        assert not two_factor.has_app(scope, without_address)


def test_programs_read_no_time_while_the_delay_has_not_begun(app, without_address):
    add_authenticator(app, without_address)

    said = run_in(app, COMMAND, "anna", "--reason", "Lost phone", "--json").output

    assert json.loads(said)["due_at"] == ""
