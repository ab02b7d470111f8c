"""Parts of the system that a test wants and this machine may lack."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip the test with *reason*; fail it where everything must run (`WATCHWORD_TEST_REQUIRE=1`)."""
    if os.environ.get("WATCHWORD_TEST_REQUIRE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
