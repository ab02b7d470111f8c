"""An operator puts an address in place, without the command around it."""

from __future__ import annotations

from watchword.features.accounts.addresses import check_address
from watchword.features.my_account import service as my_account
from watchword.testing import deliver, make_user


def test_of_an_address_that_somebody_else_has_nothing_is_left(app, scope, anna, mailbox):
    make_user(app, "carla")

    assert not my_account.set_address(scope, anna, check_address("carla@example.com"))
    scope.commit()

    deliver(app)
    assert mailbox.mails == []
    assert my_account.address.held_about(scope, anna) == {"address_changes": []}
