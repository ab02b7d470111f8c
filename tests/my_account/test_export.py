"""The file that a person takes along; what else is in it is tested beside closing."""

from __future__ import annotations

import json

from watchword.features.accounts import service as accounts
from watchword.testing import login_as, submit
from watchword.testing.people import change


def test_who_has_no_address_is_shown_none(app, client, anna):
    with change(app) as scope:
        accounts.withdraw_address(scope, anna)
    login_as(client, anna)
    submit(client, "/account/email", email="anna@new.example")

    held = json.loads(submit(client, "/account/export").text)

    assert held["account"]["email"] is None
    assert [(each["old_email"], each["email"]) for each in held["address_changes"]] == [(None, "anna@new.example")]
    assert "withdrawn" not in json.dumps(held)
