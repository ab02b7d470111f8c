"""What a sign-in asks for, and whom it spares a question."""

from __future__ import annotations

import pytest

from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.order import next_page


class Terms:
    """A host's step whose `only_with` is no `HasRow`, though it looks like what a `SecondFactor` takes for `has`."""

    name = "terms"
    endpoint = "host.terms"

    def __init__(self, only_with):
        self.only_with = only_with

    def needed(self, _scope, _user_id, proofs):
        return "terms" not in proofs


@pytest.mark.parametrize("only_with", [lambda _scope, _user_id: True, "auth_user", False])
def test_only_a_row_that_is_not_there_spares_a_step_and_nothing_else_does(scope, anna, only_with):
    scope.login_steps = (Terms(only_with),)

    assert next_page(scope, accounts.get(scope, anna), frozenset({"pwd"}), due=()) == "host.terms"


def test_who_lacks_the_row_of_a_step_is_asked_for_it_nowhere(scope, anna):
    scope.login_steps = (Terms(accounts.is_about_to_close),)

    assert next_page(scope, accounts.get(scope, anna), frozenset({"pwd"}), due=()) is None
    assert login.has_password(scope, anna)
