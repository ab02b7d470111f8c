"""A trusted browser stands in for the second step, and for nothing else: MFA-18."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import update

from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.models import User
from watchword.features.login import devices, trust
from watchword.features.login.models import KnownDevice
from watchword.features.sessions import service as sessions
from watchword.features.two_factor import authenticators, service
from watchword.testing import PASSWORD, add_authenticator, code_of_app, login_as, make_user, submit
from watchword.testing.passkeys import add_passkey, passkey_for, sign_in_by_passkey
from watchword.testing.people import change

DEVICE = "watchword-device"


@pytest.fixture
def with_app(app, anna, clock):
    add_authenticator(app, anna)
    clock.pass_(minutes=1)
    return anna


@pytest.fixture
def trusted(app, client, with_app, clock):
    """A browser that anna trusted at her second step, and is signed out of."""
    assert sign_in(client) == "/login/code"
    submit(client, "/login/code", code=code_of_app(app, with_app), trust="y")
    assert client.get("/account").status_code == 200
    submit(client, "/logout")
    clock.pass_(minutes=1)
    return client


def sign_in(browser, name="anna", password=PASSWORD):
    """Where a sign-in with the password leads."""
    return submit(browser, "/login", identifier=name, password=password).location


def is_asked(browser, name="anna", password=PASSWORD):
    return sign_in(browser, name, password) == "/login/code"


def copy_of(browser):
    other = browser.application.test_client()
    other.set_cookie(DEVICE, browser.get_cookie(DEVICE).value)
    return other


def shown(app, user_id):
    with change(app) as scope:
        return devices.list_for(scope, user_id)


def test_mfa_18_it_stands_in_for_the_second_step_of_its_owner_and_nobody_else(app, trusted):
    berta = make_user(app, "berta")
    add_authenticator(app, berta)

    assert is_asked(trusted, "berta")
    assert not is_asked(trusted)


def test_mfa_18_it_still_wants_the_password(trusted):
    answer = submit(trusted, "/login", identifier="anna", password="not the password at all")

    assert answer.status_code == 422
    assert trusted.get("/account").status_code == 303


def test_mfa_18_an_edited_cookie_is_a_stranger(trusted):
    held = trusted.get_cookie(DEVICE).value
    trusted.set_cookie(DEVICE, held[:-1] + ("A" if held[-1] != "A" else "B"))

    assert is_asked(trusted)


def test_mfa_18_a_copied_cookie_is_worthless_from_its_owner_s_next_sign_in_on(trusted):
    copy = copy_of(trusted)
    assert not is_asked(trusted)

    assert is_asked(copy)


@pytest.mark.parametrize(("passed", "asked"), [({"days": 29}, False), ({"days": 30}, True)])
def test_mfa_18_it_ends_after_thirty_days(trusted, clock, passed, asked):
    clock.pass_(**passed)

    assert is_asked(trusted) is asked


def test_mfa_18_signing_in_there_again_and_again_makes_it_no_longer(trusted, clock):
    for _ in range(2):
        clock.pass_(days=14)
        assert not is_asked(trusted)
    clock.pass_(days=2)

    assert is_asked(trusted)


def new_password(scope, user_id):
    accounts.set_password(scope, accounts.get(scope, user_id), scope.tools.hasher.hash(PASSWORD))


def new_address(scope, user_id):
    accounts.set_address(scope, user_id, check_address("anna@new.example"))


def another_app(scope, user_id):
    service.start(scope, user_id, "elsewhere")
    scope.settle()
    secret = authenticators.waiting_secret(scope, user_id, "elsewhere")
    code = service.totp.code_at(secret, service.totp.step_at(scope.now))
    service.finish(scope, user_id, "elsewhere", code=code, label="Tablet")


def one_app_less(scope, user_id):
    another_app(scope, user_id)
    scope.db.execute(update(KnownDevice).values(trusted_at=scope.now, trusted_version=1))
    service.remove(scope, user_id, authenticators.list_for(scope, user_id)[0].handle)


def new_codes(scope, user_id):
    service.new_recovery_codes(scope, user_id)


@pytest.mark.parametrize("act", [new_password, new_address, another_app, one_app_less, new_codes])
def test_mfa_18_a_change_of_credentials_or_factors_ends_it(app, trusted, with_app, act):
    with change(app) as scope:
        act(scope, with_app)

    assert is_asked(trusted)


def test_mfa_18_who_changes_the_password_there_is_asked_the_next_time(app, client, trusted, with_app):
    login_as(trusted, with_app, proofs=("pwd", "otp"))
    submit(trusted, "/account/password", current_password=PASSWORD, password="seven maple trees in the wind")
    submit(trusted, "/logout")

    assert is_asked(trusted, password="seven maple trees in the wind")


def test_mfa_18_it_is_listed_and_its_owner_alone_takes_it_back(app, trusted, with_app):
    (before,) = shown(app, with_app)
    stranger = app.test_client()
    login_as(stranger, make_user(app, "berta"))
    owner = app.test_client()
    login_as(owner, with_app, proofs=("pwd", "otp"))
    path = f"/account/sessions/known/{before.handle}/distrust"
    assert before.trusted_until is not None
    assert "Stop trusting" in owner.get("/account/sessions").text

    submit(stranger, path, form_at="/account/sessions")
    assert shown(app, with_app)[0].trusted_until is not None

    submit(owner, path, form_at="/account/sessions")
    assert shown(app, with_app)[0].trusted_until is None
    assert is_asked(trusted)


def test_mfa_18_signing_out_everywhere_else_ends_it_everywhere_else(app, trusted, with_app):
    owner = app.test_client()
    login_as(owner, with_app, proofs=("pwd", "otp"))

    submit(owner, "/account/sessions/end-others", form_at="/account/security")

    assert is_asked(trusted)


@pytest.mark.parametrize("path", ["end-others", "known/{}/distrust", "known/{}/forget"])
def test_mfa_18_a_sign_in_that_it_stands_in_for_is_over_before_trust_ends(app, trusted, with_app, monkeypatch, path):
    owner = app.test_client()
    login_as(owner, with_app, proofs=("pwd", "otp"))
    (device,) = shown(app, with_app)
    stands_in, seen = trust.stands_in, []

    def end_meanwhile():
        submit(owner, f"/account/sessions/{path.format(device.handle)}", form_at="/account/sessions")
        seen.append("ended")

    ending = Thread(target=end_meanwhile)

    def slowly(*args):
        found = stands_in(*args)
        ending.start()
        ending.join(0.5)
        seen.append("signing in")
        return found

    monkeypatch.setattr(trust, "stands_in", slowly)
    sign_in(trusted)
    ending.join(10)

    assert seen == ["signing in", "ended"]
    assert trusted.get("/account").status_code == (303 if path == "end-others" else 200)


def test_mfa_18_a_handle_that_is_none_ends_nothing_and_breaks_nothing(trusted, with_app):
    login_as(trusted, with_app, proofs=("pwd", "otp"))
    for act in ("distrust", "forget"):
        answer = submit(trusted, f"/account/sessions/known/%00/{act}", form_at="/account/sessions")
        assert answer.status_code == 303


def test_mfa_18_signing_out_everywhere_else_leaves_this_browser_trusted(trusted, with_app):
    login_as(trusted, with_app, proofs=("pwd", "otp"))
    submit(trusted, "/account/sessions/end-others", form_at="/account/security")
    submit(trusted, "/logout")

    assert not is_asked(trusted)


def test_mfa_18_its_owner_is_told_and_says_that_it_was_not_them(app, trusted, with_app, deliver, mailbox):
    deliver()
    (told,) = (mail for mail in mailbox.mails if "trusted" in mail["Subject"])
    elsewhere = app.test_client()
    elsewhere.get(mailbox.link(mailbox.mails.index(told)))

    submit(elsewhere, "/secure-account")

    assert shown(app, with_app) == []


def test_mfa_18_the_session_it_opens_claims_no_factor_that_was_not_shown(app, trusted, with_app):
    assert not is_asked(trusted)
    with change(app) as scope:
        (session,) = sessions.list_for(scope, with_app)
    assert session.proofs == {"pwd"}

    answer = trusted.get("/account/password")

    assert answer.location.startswith("/account/confirm")
    assert 'name="password"' not in trusted.get(answer.location).text


def test_mfa_18_a_recovery_code_opens_once_and_trusts_nothing(app, client, with_app):
    with change(app) as scope:
        code = service.new_recovery_codes(scope, with_app)[0]
    sign_in(client)
    submit(client, "/login/code", code=code, trust="y")
    submit(client, "/logout")

    assert is_asked(client)


def test_mfa_18_a_sign_in_that_changes_the_password_at_its_end_shows_the_factor(app, trusted, with_app):
    with change(app) as scope:
        weak = scope.tools.hasher.hash("short")
        scope.db.execute(update(User).values(password_hash=weak))

    assert is_asked(trusted, password="short")


def test_mfa_18_where_it_is_off_nothing_offers_it_and_older_trust_is_dead(make_app, trusted, database_url):
    strict = make_app(WATCHWORD_LOGIN_TRUST_DAYS="0")
    browser = strict.test_client()
    browser.set_cookie(DEVICE, trusted.get_cookie(DEVICE).value)

    assert is_asked(browser)
    assert 'name="trust"' not in browser.get("/login/code").text


def test_mfa_18_a_passkey_as_second_step_trusts_a_browser_and_another_one_ends_it(app, client, anna, clock):
    key = passkey_for(app)
    login_as(client, anna)
    add_passkey(client, key)
    submit(client, "/logout")
    clock.pass_(minutes=1)
    assert sign_in(client) == "/login/passkey/step"
    sign_in_by_passkey(client, key, step=True, trust=True)
    submit(client, "/logout")
    assert sign_in(client) == "/dashboard"

    login_as(client, anna, proofs=("pwd", "hwk"))
    add_passkey(client, passkey_for(app))
    submit(client, "/logout")

    assert sign_in(client) == "/login/passkey/step"
