"""Limits are exact across processes, wherever they are counted."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import SECRET
from tests.support.counting import WHEREVER_COUNTED
from tests.support.processes import guess_in_processes


@pytest.mark.slow
@WHEREVER_COUNTED
def test_of_64_guesses_in_four_processes_exactly_five_are_checked(database_url, limits_url, tmp_path):
    settings = {
        "TESTING": True,
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "WATCHWORD_LIMITS_URL": limits_url,
        "WATCHWORD_ENV": "development",
        "WATCHWORD_PUBLIC_URL": "http://localhost",
        "WATCHWORD_INSTANCE": str(tmp_path),
    }
    answers = guess_in_processes(settings, processes=4, guesses=16)

    assert Counter(answers) == {422: 5, 429: 59}
