"""PostgreSQL is killed and started again while several processes serve: closed meanwhile, then as before."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.support.browser import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


class Visitor:
    """Asks for one page again and again, until told to stop."""

    def __init__(self, browser, done):
        self.seen = Counter()
        self._browser, self._done = browser, done

    def ask_on(self):
        while not self._done.is_set():
            status, text = self._browser.open("/account")
            self.seen[status, "We&#39;ll be right back" in text] += 1


def test_a_database_that_dies_under_load_closes_the_site_and_opens_it_again(serve, eventually, doomed_postgres):
    process = serve(2, doomed_postgres.url("doomed"))
    done, inside = Event(), Browser(process.url)
    assert inside.sign_in() == 303
    owner, stranger = Visitor(inside, done), Visitor(Browser(process.url), done)
    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(each.ask_on) for each in (owner, stranger)]
        try:
            eventually(lambda: owner.seen[200, False] > 5)
            doomed_postgres.kill()
            eventually(lambda: owner.seen[503, True] > 20)
            assert Browser(process.url).sign_in() == 503
            doomed_postgres.restart()
            before = owner.seen[200, False]
            eventually(lambda: owner.seen[200, False] > before + 20)
        finally:
            done.set()
        assert [end.result(60) for end in ends] == [None] * 2

    assert set(owner.seen) == {(200, False), (503, True)}
    assert set(stranger.seen) == {(303, False)}
    eventually(lambda: Browser(process.url).sign_in() == 303)
