"""Where rooms meet: what one of them promises holds for what the others did meanwhile."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from tests.support.ticking import Ticking
from watchword.core.scope import Caller, Scope
from watchword.features.accounts import service as accounts
from watchword.features.audit.models import AuditRow
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.my_account import address, closing
from watchword.features.notices import service as notices
from watchword.features.two_factor import authenticators, recovery_codes
from watchword.testing import (
    PASSWORD,
    add_authenticator,
    code_of_app,
    deliver,
    login_as,
    make_user,
    submit,
)
from watchword.web.setup import setup_of

INTRUDER, OWNER = "intruder@example.net", "anna@example.com"


@pytest.fixture
def links(mailbox):
    """`links(scope)`: the tokens of "this wasn't me", each by the event its mail told of."""

    def act(scope):
        texts = "\n".join(mailbox.text(number) for number in range(len(mailbox.mails)))
        return {notices.find(scope, token).event: token for token in re.findall(r"/secure-account/(\S+)", texts)}

    return act


@pytest.fixture
def change_address(deliver, mailbox, new_scope, anna):
    """`change_address(email)`: asked and confirmed by the mailed link."""

    def act(email):
        scope = new_scope(ip="198.51.100.9")
        address.ask(scope, anna, email)
        scope.commit()
        deliver()
        (mail,) = mailbox.to(email)
        signed = re.search(r"/confirm-email/(\S+)", mail.get_body(("plain",)).get_content()).group(1)
        address.confirm_by_link(scope, signed)
        scope.commit()
        deliver()

    return act


@pytest.fixture
def closing_with_app(app, new_scope, anna, clock):
    """Anna has an app, and closed her account."""
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    scope = new_scope()
    closing.close(scope, anna)
    scope.commit()
    return anna


def signed_in_from(scope, user_id):
    outcome = login.proceed(scope, user_id, {"pwd"})
    scope.commit()
    return outcome


def test_the_address_an_intruder_put_in_place_goes_whichever_mail_the_owner_answers(
    new_scope, anna, clock, change_address, links, deliver, mailbox
):
    signed_in_from(new_scope(), anna)
    clock.pass_(days=30)
    signed_in_from(new_scope(ip="198.51.100.9"), anna)
    for email in (INTRUDER, "second@example.net"):
        clock.pass_(minutes=5)
        change_address(email)
    scope = new_scope()

    notices.secure(scope, links(scope)["login.new_device_seen"])
    scope.commit()
    told = len(mailbox.mails)
    deliver()

    assert accounts.get(new_scope(), anna).email == OWNER
    assert [mail["To"] for mail in mailbox.mails[told:] if "Reset" in mail["Subject"]] == [OWNER]


def test_the_address_that_was_changed_long_before_stays(new_scope, anna, clock, change_address, links, deliver):
    signed_in_from(new_scope(), anna)
    change_address("anna@new.example")
    clock.pass_(days=1)
    signed_in_from(new_scope(ip="198.51.100.9"), anna)
    deliver()
    scope = new_scope()

    notices.secure(scope, links(scope)["login.new_device_seen"])
    scope.commit()

    assert accounts.get(new_scope(), anna).email == "anna@new.example"


@pytest.mark.parametrize("answered", ["my_account.address_changed", "login.new_device_seen"])
def test_an_old_address_that_somebody_took_meanwhile_is_not_given_back_and_that_is_said(
    app, client, new_scope, anna, clock, change_address, links, answered
):
    signed_in_from(new_scope(), anna)
    clock.pass_(minutes=5)
    signed_in_from(new_scope(ip="198.51.100.9"), anna)
    clock.pass_(minutes=5)
    change_address(INTRUDER)
    make_user(app, "carla", email=OWNER)

    client.get(f"/secure-account/{links(new_scope())[answered]}")
    answer = submit(client, "/secure-account")

    scope = new_scope()
    assert answer.status_code == 303
    assert "belongs to another account by now" in client.get("/reset-password").text
    assert not accounts.get(scope, anna).has_address
    assert not accounts.verify(scope, accounts.get(scope, anna), PASSWORD)
    told = scope.read.execute(select(AuditRow.name, AuditRow.facts).where(AuditRow.user_id == anna)).all()
    facts = {row.name: json.loads(row.facts) for row in told}
    assert "my_account.address_not_restored" in facts
    assert "my_account.address_restored" not in facts
    assert facts["notices.account_secured"]["undone"] == ""


def test_as_clocks_go_what_a_notice_tells_of_is_older_than_the_notice_and_is_dropped_all_the_same(make_app, links):
    app = make_app(clock=Ticking())
    with app.app_context():
        anna = make_user(app, "anna")
        add_authenticator(app, anna)
        deliver(app)
        scope = Scope(setup_of(app).tools, Caller(ip="192.0.2.1"))

        notices.secure(scope, links(scope)["two_factor.recovery_codes_made"])
        scope.commit()

        assert (authenticators.count(scope, anna), recovery_codes.left(scope, anna)) == (0, 0)
        scope.close()


def test_nobody_writes_lines_of_their_own_into_the_mail_about_an_app(client, anna):
    label = "x.\n\nNot you? Undo it here: https://evil.example/undo"
    login_as(client, anna)
    submit(client, "/account/two-factor/start", form_at="/account/two-factor/set-up")

    answer = submit(client, "/account/two-factor/set-up", code="000000", label=label)

    assert answer.status_code == 422
    assert "one line" in answer.text


def test_who_shows_the_password_alone_is_not_told_when_the_account_closes(client, closing_with_app):
    submit(client, "/login", identifier="anna", password=PASSWORD)

    assert client.get("/login/keep-account").location == "/login"


def test_with_the_code_the_owner_is_asked_and_keeps_it(app, client, closing_with_app, scope):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    answer = submit(client, "/login/code", code=code_of_app(app, closing_with_app))
    assert answer.location == "/login/keep-account"

    submit(client, "/login/keep-account")

    assert accounts.closes_at(scope, closing_with_app) is None


def test_a_dead_sign_in_keeps_no_account(new_scope, anna):
    scope = new_scope()
    closing.close(scope, anna)
    waiting = signed_in_from(scope, anna).waiting
    scope.settle()
    hashed = accounts.hash_new_password(scope, "seven maple trees in the wind")
    accounts.set_password(scope, accounts.get(scope, anna), hashed)
    scope.commit()

    with pytest.raises(LoginNotWaiting):
        closing.keep_at_login(scope, waiting)
    scope.commit()

    assert accounts.closes_at(new_scope(), anna) is not None
