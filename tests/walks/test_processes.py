"""Limits are exact across processes, wherever they are counted."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import SECRET
from tests.support.counting import WHEREVER_COUNTED
from tests.support.processes import post_in_processes

GUESS, ACT = "/login", "/forgot-password"
FORMS = {
    GUESS: {"identifier": "name{}", "password": "not the password at all"},
    ACT: {"email": "name{}@example.com"},
}


@pytest.mark.slow
@WHEREVER_COUNTED
def test_of_64_in_four_processes_exactly_five_guesses_are_checked_and_twenty_acts_done(
    database_url, limits_url, tmp_path
):
    settings = {
        "TESTING": True,
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "WATCHWORD_LIMITS_URL": limits_url,
        "WATCHWORD_ENV": "development",
        "WATCHWORD_PUBLIC_URL": "http://localhost",
        "WATCHWORD_INSTANCE": str(tmp_path),
    }
    answers = post_in_processes(settings, FORMS, processes=4, each=16)

    assert Counter(answers[GUESS]) == {422: 5, 429: 59}
    assert Counter(answers[ACT]) == {303: 20, 429: 44}
