"""The last second factor goes, whichever kind it is."""

from __future__ import annotations

import pytest

from watchword.features.passkeys import service as passkeys
from watchword.features.two_factor import authenticators, recovery_codes, service
from watchword.features.two_factor.errors import LastSecondFactor
from watchword.testing import add_authenticator, login_as, make_user, submit
from watchword.testing.passkeys import add_passkey, passkey_for
from watchword.testing.people import change


@pytest.fixture
def with_passkey_and_codes():
    """`with_passkey_and_codes(app)`: anna had an app and took it away; a passkey is left, and codes on paper."""

    def act(app):
        anna, client = make_user(app, "anna"), app.test_client()
        add_authenticator(app, anna)
        login_as(client, anna, proofs=("pwd", "otp"))
        add_passkey(client, passkey_for(app))
        with change(app) as scope:
            service.new_recovery_codes(scope, anna)
            for each in authenticators.list_for(scope, anna):
                service.remove(scope, anna, each.handle)
        return anna

    return act


def remove_passkey(app, user_id):
    with change(app) as scope:
        passkeys.remove(scope, user_id, passkeys.list_for(scope, user_id)[0].handle)


def test_with_the_last_passkey_the_codes_go_and_no_later_factor_revives_them(app, new_scope, with_passkey_and_codes):
    anna = with_passkey_and_codes(app)
    assert recovery_codes.left(new_scope(), anna) == recovery_codes.MANY

    remove_passkey(app, anna)

    assert recovery_codes.left(new_scope(), anna) == 0


def test_where_a_second_factor_is_required_the_last_passkey_stays(make_app, with_passkey_and_codes):
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED="true")
    anna = with_passkey_and_codes(app)

    with pytest.raises(LastSecondFactor):
        remove_passkey(app, anna)


def test_the_page_of_one_that_is_required_says_so_and_shows_both_ways_out(make_app, with_passkey_and_codes):
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED="true")
    anna, client = with_passkey_and_codes(app), app.test_client()
    login_as(client, anna, proofs=("hwk", "user"))
    with change(app) as scope:
        (only,) = passkeys.list_for(scope, anna)

    page = submit(client, f"/account/passkeys/{only.handle}/remove", form_at="/account")

    assert page.status_code == 422
    assert "You need a second step here, and this is your only one." in page.text
    assert 'href="/account/passkeys/new"' in page.text
    assert 'action="/account/two-factor/start"' in page.text
