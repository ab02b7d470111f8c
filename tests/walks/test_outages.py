"""Redis and PostgreSQL die while somebody guesses, and come back: every guess that was checked is counted."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Lock

import pytest

from watchword import scope
from watchword.features.accounts import service as accounts
from watchword.features.login import guessing
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow]
CHECKED, AWAY = 422, 503


class Guessers:
    """Four strangers who guess at anna, each time from another address, until told that it is enough."""

    def __init__(self, app):
        self.seen = Counter()
        self.enough = False
        self._app, self._numbers, self._lock = app, count(), Lock()

    def guess_on(self):
        while not self.enough:
            client, number = self._app.test_client(), next(self._numbers)
            form = {"csrf_token": csrf_token(client, "/login"), "identifier": "anna", "password": f"wrong one {number}"}
            caller = {"REMOTE_ADDR": f"10.0.{number >> 8}.{number & 255}"}
            answer = client.post("/login", data=form, environ_overrides=caller)
            with self._lock:
                self.seen[answer.status_code] += 1

    def wait_for(self, status, more):
        """Until *more* further guesses were answered so."""
        until, wanted = time.monotonic() + 60, self.seen[status] + more
        while self.seen[status] < wanted:
            assert time.monotonic() < until, self.seen
            time.sleep(0.01)


def counted_at(app, user_id):
    """The failures in a row of this user."""
    with app.app_context():
        keys = guessing.keys_of_user(scope(), accounts.get(scope(), user_id))
        return next(scope().limits.find(key).used for key in keys if key.startswith(guessing.BY_USER))


@pytest.mark.parametrize("database_url", ["doomed"], indirect=False)
def test_of_guesses_during_outages_each_checked_one_counts(make_app, database_url, doomed_postgres, doomed_redis):
    many = {"WATCHWORD_LOGIN_GUESSES_BEFORE_PAUSE": 100, "WATCHWORD_LOGIN_GUESSES_IN_A_ROW": 100}
    app = make_app(DATABASE_URL=doomed_postgres.url("doomed"), WATCHWORD_LIMITS_URL=doomed_redis.url, **many)
    anna, inside = make_user(app, "anna"), app.test_client()
    login_as(inside, anna)
    guessers = Guessers(app)
    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(guessers.guess_on) for _ in range(4)]
        try:
            for store in (doomed_redis, doomed_postgres):
                guessers.wait_for(CHECKED, 8)
                store.kill()
                guessers.wait_for(AWAY, 8)
                store.restart()
            guessers.wait_for(CHECKED, 8)
        finally:
            guessers.enough = True
        assert [end.result(60) for end in ends] == [None] * 4

    assert set(guessers.seen) == {CHECKED, AWAY}
    assert guessers.seen[CHECKED] <= counted_at(app, anna) < 100
    assert inside.get("/account").status_code == 200
    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 303
