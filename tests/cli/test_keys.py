"""`rotate-keys`: a new SECRET_KEY reaches what is encrypted, and the old one can go."""

from __future__ import annotations

import pytest

from watchword.features.two_factor import recovery_codes, service
from watchword.testing import add_authenticator, code_of_app, make_user
from watchword.web.current import scope

OLD, NEW = "an old key that is long enough for anyone", "a new key that is long enough for everyone"


@pytest.fixture
def rotate(make_app):
    def act():
        app = make_app(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD])
        return app.test_cli_runner().invoke(args=["watchword", "rotate-keys", "--json"])

    return act


def test_what_an_old_key_held_opens_by_the_new_one_alone(make_app, rotate, clock):
    old = make_app(SECRET_KEY=OLD)
    anna = make_user(old, "anna")
    add_authenticator(old, anna)
    with old.app_context():
        codes = service.new_recovery_codes(scope(), anna)
        scope().commit()

    first, second = rotate(), rotate()

    assert (first.exit_code, first.output.split()[2]) == (0, "14")  # the app, ten codes, and three mails that wait
    assert second.output.split()[2] == "0"
    clock.pass_(minutes=1)
    new = make_app(SECRET_KEY=NEW)
    with new.app_context():
        assert service.confirm(scope(), anna, {"code": code_of_app(new, anna)}) == "otp"
        recovery_codes.use(scope(), anna, codes[0])
        scope().commit()
