"""A passkey set up inside a sign-in, without pages: at the same time as another, and when the sign-in is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.support.service_browser import SITE
from tests.support.together import together
from watchword.core.scope import Caller, Scope
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.passkeys import service, set_up
from watchword.features.passkeys.challenges import Reply
from watchword.features.passkeys.events import PasskeyAdded
from watchword.features.two_factor.errors import SetUpNotForYou
from watchword.testing import PASSWORD, SoftwareKey, add_authenticator, make_user
from watchword.web.setup import setup_of


@pytest.fixture
def required(make_app):
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)
    make_user(app, "anna")
    with app.app_context():
        yield app


def begin(app):
    """A scope, a sign-in that waits for a set-up, and the answer that would finish it."""
    scope = Scope(setup_of(app).tools, Caller(ip="192.0.2.1"))
    waiting = login.with_password(scope, "anna", PASSWORD).waiting
    scope.commit()
    options, ticket = set_up.options_at_login(scope, SITE, waiting)
    scope.commit()
    return scope, waiting, Reply(ticket, SoftwareKey().create(options))


def finish(scope, waiting, reply):
    try:
        return isinstance(set_up.add_at_login(scope, SITE, reply, waiting=waiting), login.SignedIn)
    except (SetUpNotForYou, LoginNotWaiting):
        return False
    finally:
        scope.commit()
        scope.close()


def test_of_six_at_once_with_one_password_one_key_is_kept(required):
    begun = [begin(required) for _ in range(6)]

    def one(number):
        with required.app_context():
            return finish(*begun[number])

    assert Counter(together(6, one)) == {True: 1, False: 5}
    assert len(service.list_for(Scope(setup_of(required).tools), 1)) == 1


def test_mfa_15_whose_factor_came_while_the_key_was_checked_adds_none(required):
    """Somebody else with the same password is quicker, with another kind of factor."""
    scope, waiting, reply = begin(required)
    asks, asked = scope.tools.policies["sets_up_first"], []

    def and_then_they_are_quicker(inside, waits):
        found = asks(inside, waits)
        asked.append(found)
        if len(asked) == 1:
            add_authenticator(required, found)
        return found

    scope.tools = replace(scope.tools, policies={**scope.tools.policies, "sets_up_first": and_then_they_are_quicker})

    assert not finish(scope, waiting, reply)
    assert service.list_for(scope, 1) == []


def test_a_sign_in_that_is_over_leaves_no_key(required):
    """It is given up in the very moment in which its key is added."""
    scope, waiting, reply = begin(required)
    given_up = (PasskeyAdded, lambda inside, _event: login.give_up(inside, waiting))
    scope.tools = replace(scope.tools, listeners=(*scope.tools.listeners, given_up))

    assert not finish(scope, waiting, reply)
    assert service.list_for(scope, 1) == []
