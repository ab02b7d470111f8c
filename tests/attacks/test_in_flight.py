"""What was begun before the password was changed, or before its session was ended, comes to nothing after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest
from sqlalchemy import delete

from tests.support.together import after_look
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting, WrongSignIn
from watchword.features.my_account import service as my_account
from watchword.features.passkeys import service as passkeys
from watchword.features.passkeys.ceremony import RelyingParty
from watchword.features.passkeys.challenges import Reply
from watchword.features.password_reset import service as password_reset
from watchword.features.password_reset.errors import ResetLinkNotValid
from watchword.features.password_reset.models import ResetLink
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.two_factor import authenticators, totp
from watchword.features.two_factor import service as two_factor
from watchword.testing import PASSWORD, SoftwareKey, cheap_hasher, login_as, submit
from watchword.testing.people import change

NEW = "seven maple trees in the wind"
SITE = RelyingParty("localhost", "Watchword", "http://localhost")


class SlowHasher:
    """The cheap one; a check that finds `holds` set is right and stays on its way until `go` is set."""

    def __init__(self):
        self._cheap = cheap_hasher()
        self.holds, self.checked, self.go = Event(), Event(), Event()

    def verify(self, stored, password):
        matches = self._cheap.verify(stored, password)
        if self.holds.is_set():
            self.holds.clear()
            self.checked.set()
            assert self.go.wait(30)
        return matches

    def hash(self, password):
        return self._cheap.hash(password)

    def outdated(self, stored):
        return self._cheap.outdated(stored)


@pytest.fixture
def hasher():
    return SlowHasher()


@pytest.fixture
def app(make_app, hasher, request):
    """One that asks everyone for a second factor where the test wants `requiring`."""
    return make_app(hasher=hasher, WATCHWORD_TWO_FACTOR_REQUIRED="requiring" in request.fixturenames)


@pytest.fixture
def requiring():
    """A second factor is required of everyone."""


@pytest.fixture
def user_in(app, anna, new_scope):
    """`user_in()`: anna, signed in in one browser more."""

    def act():
        return sessions.visitor(new_scope(), login_as(app.test_client(), anna))

    return act


@pytest.fixture
def change_password(new_scope):
    """`change_password(user)`: in another browser, *user*'s; without the commit."""

    def act(user):
        scope = new_scope()
        my_account.change_password(scope, user, current=PASSWORD, new=NEW)
        return scope

    return act


@pytest.fixture
def end_of(new_scope, user_in, change_password):
    """`end_of(way, user)`: the session of *user* ends that way."""

    def act(way, user):
        scope = change_password(user_in()) if way == "password changed" else new_scope()
        if way == "signed out":
            sessions.end(scope, user.id, user.session)
        scope.commit()

    return act


def test_ses_06_a_sign_in_in_flight_while_the_password_is_changed_opens_no_session(
    app, hasher, new_scope, user_in, change_password
):
    owner = user_in()

    def sign_in():
        scope = new_scope(ip="198.51.100.9")
        with app.app_context(), pytest.raises(WrongSignIn):
            login.with_password(scope, "anna", PASSWORD)
        scope.commit()

    with ThreadPoolExecutor(1) as threads:
        hasher.holds.set()
        thief = threads.submit(sign_in)
        assert hasher.checked.wait(30)
        changing = change_password(owner)
        hasher.go.set()  # the thief is told "right" now, and meets the change that isn't committed yet
        changing.commit()
        thief.result()

    assert [view.handle for view in sessions.list_for(new_scope(), owner.id)] == [owner.session]


@pytest.mark.parametrize("way", ["signed out", "password changed"])
def test_ses_06_an_app_whose_session_ended_during_the_set_up_is_not_added(new_scope, user_in, end_of, way):
    user, scope = user_in(), new_scope()
    holder = two_factor.holder_of_session(user.session)
    two_factor.start(scope, user.id, holder)
    scope.commit()
    code = totp.code_at(authenticators.waiting_secret(scope, user.id, holder), totp.step_at(scope.now))
    end_of(way, user)

    with pytest.raises(NotSignedIn):
        two_factor.finish_in_session(scope, user, holder, code=code, label="Phone")
    scope.commit()

    assert authenticators.count(new_scope(), user.id) == 0


@pytest.mark.parametrize("way", ["signed out", "password changed"])
def test_ses_06_a_passkey_whose_session_ended_meanwhile_is_not_added(new_scope, user_in, end_of, way):
    user, scope = user_in(), new_scope()
    options, ticket = passkeys.options_to_add(scope, user, SITE)
    scope.commit()
    answer = SoftwareKey().create(options)
    sessions.act_for(scope, user)
    end_of(way, user)

    with pytest.raises(NotSignedIn):
        passkeys.add(scope, user, SITE, reply=Reply(ticket, answer))
    scope.commit()

    assert passkeys.list_for(new_scope(), user.id) == []


def test_mfa_15_a_set_up_at_sign_in_ends_where_the_password_was_changed_meanwhile(
    requiring, anna, new_scope, user_in, end_of
):
    scope = new_scope()
    waiting = login.with_password(scope, "anna", PASSWORD).waiting
    scope.settle()
    two_factor.start_at_login(scope, waiting)
    scope.commit()
    secret = authenticators.waiting_secret(scope, anna, two_factor.holder_of_login(waiting))
    code = totp.code_at(secret, totp.step_at(scope.now))
    end_of("password changed", user_in())

    with pytest.raises(LoginNotWaiting):
        two_factor.finish_at_login(scope, waiting, code=code, label="Phone")
    scope.commit()

    assert authenticators.count(new_scope(), anna) == 0


def test_a_password_change_waits_for_who_secures_the_account_before_it_holds_anything(
    app, new_scope, anna, monkeypatch
):
    secret = login_as(app.test_client(), anna)
    scope = new_scope(session=secret)
    user, renew = sessions.visitor(scope, secret), sessions.renew

    def secure():
        with change(app) as owner:
            accounts.lock(owner, anna)
            sessions.end_all(owner, anna, reason="account_secured")

    def meanwhile(*args):
        renewed = renew(*args)
        ending = pool.submit(secure)
        wait([ending], timeout=0.5)
        started.append(ending)
        return renewed

    started = []
    monkeypatch.setattr(sessions, "renew", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        my_account.change_password(scope, user, current=PASSWORD, new=NEW)
        scope.commit()
        started[0].result(30)

    assert sessions.list_for(scope, anna) == []


def test_tok_07_a_reset_link_that_goes_between_the_look_and_the_use_sets_nothing(
    app, client, anna, deliver, mailbox, new_scope
):
    submit(client, "/forgot-password", email="anna@example.com")
    deliver()
    first, second = new_scope(), new_scope()
    key = password_reset.key_of(first, mailbox.link().rpartition("/")[2])

    def use_it_up():
        second.db.execute(delete(ResetLink))
        second.commit()

    with after_look(2, app, use_it_up), pytest.raises(ResetLinkNotValid):
        password_reset.set_new_password(first, key, NEW)
    first.undo()

    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 303
