"""An operator takes second factors away: after a delay, told to the owner, and never against them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.cli.conftest import run_in
from tests.support.together import together
from watchword.core.config import ConfigError
from watchword.core.scope import Caller, Scope
from watchword.features.audit.models import AuditRow
from watchword.features.passkeys.models import Passkey
from watchword.features.sessions import service as sessions
from watchword.features.two_factor import cases, recovery_codes, service
from watchword.features.two_factor.errors import CaseNotOpen, CaseOpenAlready, NothingToReset
from watchword.features.two_factor.events import ResetDone
from watchword.testing import PASSWORD, add_authenticator, code_of_app, login_as, make_user, submit
from watchword.testing.passkeys import add_passkey, passkey_for
from watchword.testing.people import change
from watchword.web.setup import setup_of

COMMAND = "reset-second-factor"
REASON = "Lost phone, ticket 4711"


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=5)
    return anna


@pytest.fixture
def opened(app, with_app, deliver):
    """anna, who was told that her second factors go in 48 hours."""
    with change(app) as scope:
        cases.open_case(scope, with_app, reason=REASON)
    deliver()
    return with_app


@pytest.fixture
def after(app, clock, deliver):
    """`after(hours=48)`: so much later, when the worker has come by at half of it too."""

    def pass_(**time):
        for _ in range(2):
            clock.pass_(seconds=timedelta(**time).total_seconds() / 2)
            setup_of(app).delivery.make_worker().purge()
            deliver()

    return pass_


@pytest.fixture
def mails(mailbox, deliver):
    """`mails()`: the mailbox when all is delivered."""

    def delivered():
        deliver()
        return mailbox

    return delivered


def has_app(app, user_id):
    with change(app) as scope:
        return service.has_app(scope, user_id)


def is_open(app, user_id):
    with change(app) as scope:
        return cases.case_of(scope, user_id) is not None


def passkeys_in(app):
    with change(app) as scope:
        return scope.read.scalars(select(Passkey.id)).all()


def why_stopped(scope):
    rows = scope.read.execute(select(AuditRow.facts).where(AuditRow.name == "two_factor.reset_stopped")).all()
    return [json.loads(row.facts)["by"] for row in rows]


def test_after_the_delay_the_worker_takes_all_away_and_says_so(app, client, opened, after, mails):
    login_as(client, opened, proofs=("pwd", "otp"), remembered=True)
    after(hours=48)

    with change(app) as scope:
        assert (service.has_app(scope, opened), recovery_codes.left(scope, opened)) == (False, 0)
        assert sessions.list_for(scope, opened) == []
    assert "Your second step on Watchword was removed" in [mail["Subject"] for mail in mails().mails]
    assert submit(client, "/login", identifier="anna", password=PASSWORD).location == "/dashboard"


def test_passkeys_go_with_the_rest(app, client, with_app, after, deliver):
    login_as(client, with_app, proofs=("pwd", "otp"))
    add_passkey(client, passkey_for(app))
    with change(app) as other:
        cases.open_case(other, with_app, reason=REASON)
    deliver()
    assert passkeys_in(app)
    after(hours=48)

    assert not passkeys_in(app)


def test_one_that_fails_stops_nobody_else(app, opened, after, deliver):
    def fail(_scope, event):
        if event.user_id == opened:
            raise RuntimeError

    carla = make_user(app, "carla")
    add_authenticator(app, carla)
    with change(app) as scope:
        cases.open_case(scope, carla, reason=REASON)
    deliver()
    tools = setup_of(app).tools
    setup_of(app).tools = replace(tools, listeners=(*tools.listeners, (ResetDone, fail)))
    after(hours=48)

    assert [has_app(app, one) for one in (opened, carla)] == [True, False]
    assert [is_open(app, one) for one in (opened, carla)] == [True, False]


def test_until_then_a_sign_in_asks_for_the_factor(app, client, opened, after):
    after(hours=47, minutes=59)

    assert submit(client, "/login", identifier="anna", password=PASSWORD).location == "/login/code"
    assert is_open(app, opened)


def test_a_sign_in_with_the_factor_ends_it(app, client, scope, opened, after):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/login/code", code=code_of_app(app, opened))
    assert not is_open(app, opened)
    assert "so it stays" in client.get("/dashboard").text
    after(hours=49)

    assert has_app(app, opened)
    assert why_stopped(scope) == ["sign_in"]


def test_showing_the_factor_to_confirm_ends_it(app, client, scope, opened, after):
    login_as(client, opened)
    submit(client, "/account/confirm", method="authenticator", code=code_of_app(app, opened))
    assert "so it stays" in client.get("/account/security").text

    after(hours=49)
    assert has_app(app, opened)
    assert why_stopped(scope) == ["sign_in"]


def test_a_passkey_added_meanwhile_ends_it_and_stays(app, client, scope, opened, after):
    login_as(client, opened, proofs=("pwd", "otp"))
    add_passkey(client, passkey_for(app))

    after(hours=49)
    assert scope.read.scalar(select(Passkey.id)) is not None


def test_the_owner_is_told_and_stops_it_by_the_mail(app, opened, after, mails, scope):
    mailbox = mails()
    assert mailbox.mails[-1]["Subject"] == "Your second step on Watchword will be removed"
    assert REASON in mailbox.mails[-1].get_body(("plain",)).get_content()
    browser = app.test_client()
    browser.get(mailbox.link())

    submit(browser, "/secure-account")

    after(hours=49)
    assert has_app(app, opened)
    assert why_stopped(scope) == ["owner"]


def test_an_owner_who_says_so_too_late_is_told_that_it_is_done(app, opened, after, mails):
    link = mails().link()
    after(hours=49)
    browser = app.test_client()
    browser.get(link)

    submit(browser, "/secure-account")

    assert "could not be undone" in browser.get("/reset-password").text


def test_this_was_not_me_to_any_notice_stops_it(app, opened):
    with change(app) as scope:
        service.drop_added_since(scope, opened, scope.now)

    assert not is_open(app, opened)


def test_whoever_is_signed_in_sees_it_and_stops_it(app, client, opened, after):
    login_as(client, opened)
    assert REASON in client.get("/account/security").text

    submit(client, "/account/two-factor/reset/stop", form_at="/account/security")

    after(hours=49)
    assert has_app(app, opened)
    assert REASON not in client.get("/account/security").text


def test_a_stopped_one_is_dead_and_a_new_one_waits_anew(app, opened, after):
    with change(app) as scope:
        cases.stop(scope, opened, by="owner")
    after(hours=24)
    with change(app) as scope:
        cases.open_case(scope, opened, reason="Asked again")
    after(hours=24)

    assert has_app(app, opened)


def test_there_is_one_at_a_time_and_none_for_who_has_nothing_to_lose(app, opened, scope):
    with pytest.raises(CaseOpenAlready):
        cases.open_case(scope, opened, reason="Another")
    scope.undo()
    service.remove(scope, opened, service.authenticators.list_for(scope, opened)[0].handle)
    cases.stop(scope, opened, by="operator")

    with pytest.raises(NothingToReset):
        cases.open_case(scope, opened, reason="Nothing")


def test_of_stopping_it_and_the_deed_at_the_same_moment_one_happens(app, opened, clock, after):
    after(hours=36)
    clock.pass_(hours=12)

    def act(number):
        with app.app_context():
            scope = Scope(setup_of(app).tools, Caller())
            try:
                if number % 2:
                    cases.stop(scope, opened, by="owner")
                else:
                    cases.carry_out_due(scope)
                scope.commit()
            except CaseNotOpen:
                pass
            finally:
                scope.close()

    together(6, act)

    with change(app) as scope:
        ends = ("two_factor.reset_done", "two_factor.reset_stopped")
        rows = scope.read.execute(select(AuditRow.name).where(AuditRow.name.in_(ends))).all()
        happened = Counter(row.name for row in rows)
        assert happened.total() == 1
        assert service.has_app(scope, opened) is ("two_factor.reset_stopped" in happened)


def test_the_command_opens_lists_and_cancels(app, with_app):
    assert "go at 2026-" in run_in(app, COMMAND, "anna", "--reason", REASON).output
    assert REASON in run_in(app, COMMAND, "--list").output
    assert json.loads(run_in(app, COMMAND, "--list", "--json").output)[0]["name"] == "anna"
    assert "under way" in run_in(app, COMMAND, "anna@example.com", "--reason", "Again", status=1).output

    assert "stay" in run_in(app, COMMAND, "anna", "--cancel").output

    assert run_in(app, COMMAND, "--list").output == "Nothing waits.\n"
    assert has_app(app, with_app)


@pytest.mark.parametrize(
    "arguments",
    [("anna",), (), ("anna", "--reason", "x", "--cancel"), ("anna", "--reason", " "), ("anna", "--reason", "x" * 201)],
)
def test_the_command_wants_a_name_and_a_reason(app, with_app, arguments):
    assert run_in(app, COMMAND, *arguments, status=2).output
    assert not is_open(app, with_app)


def test_the_command_is_of_no_use_where_nobody_would_be_told(make_app):
    silent = make_app(WATCHWORD_FEATURES="password_reset,my_account,two_factor")

    assert "notices is off" in run_in(silent, COMMAND, "anna", "--reason", "x", status=1).output


@pytest.mark.parametrize("mail", ["two_factor/reset_asked", "two_factor/reset_done"])
def test_no_setting_silences_what_the_owner_could_object_to(make_app, mail):
    with pytest.raises(ConfigError, match="There is no notice"):
        make_app(WATCHWORD_NOTICES_SILENCED=mail)
