"""Limits counted in a Redis that dies: what it guards is refused, nothing else is touched, nobody gets a free guess."""

from __future__ import annotations

import pytest

from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit

pytestmark = pytest.mark.redis
WRONG = "not the password at all"


@pytest.fixture
def limits_url(doomed_redis):
    return doomed_redis.url


def test_a_killed_redis_is_a_503_for_what_it_guards_and_comes_back_by_itself(app, anna, doomed_redis):
    inside, outside = app.test_client(), app.test_client()
    login_as(inside, anna)
    outside.get("/login")

    doomed_redis.kill()
    refused = submit(outside, "/login", identifier="anna", password=PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "isn&#39;t answering" in refused.text
    assert outside.get_cookie("watchword") is None
    assert inside.get("/account").status_code == 200
    assert inside.get("/account/sessions").status_code == 200

    doomed_redis.restart()
    assert submit(outside, "/login", identifier="anna", password=PASSWORD).status_code == 303


def test_a_redis_that_dies_while_a_password_is_checked_keeps_nobody_out(make_app, doomed_redis):
    from watchword.testing import cheap_hasher

    class KillsFirst:
        """The real hasher, after the lights went out."""

        def __init__(self):
            self.hash, self.outdated, self._verify = cheap_hasher().hash, cheap_hasher().outdated, cheap_hasher().verify

        def verify(self, stored, password):
            doomed_redis.kill()
            return self._verify(stored, password)

    app = make_app(hasher=KillsFirst())
    make_user(app, "anna")

    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 303


def test_a_redis_that_forgot_everything_gives_no_free_pass_at_a_user(make_app, doomed_redis, clock):
    app = make_app(WATCHWORD_LOGIN_GUESSES_IN_A_ROW=12)
    make_user(app, "anna")
    for number in range(12):
        client = app.test_client()
        form = {"csrf_token": csrf_token(client, "/login"), "identifier": "anna", "password": WRONG}
        doomed_redis.flush()
        assert (
            client.post("/login", data=form, environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code == 422
        )

    doomed_redis.restart()

    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 422


def test_a_redis_that_is_not_installed_is_named_at_the_start(make_app, monkeypatch):
    from watchword.core.config import ConfigError

    monkeypatch.setitem(__import__("sys").modules, "redis", None)

    with pytest.raises(ConfigError, match="pip install"):
        make_app()


@pytest.mark.parametrize("url", ["memcached://localhost", "localhost:6379", "http://localhost"])
def test_an_address_of_something_else_is_refused(make_app, url):
    from watchword.core.config import ConfigError

    with pytest.raises(ConfigError, match="redis://"):
        make_app(WATCHWORD_LIMITS_URL=url)
