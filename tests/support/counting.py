"""For tests of limits: the same test with counts in the database and in Redis."""

from __future__ import annotations

import pytest

WHEREVER_COUNTED = pytest.mark.parametrize(
    "limits_url", ["database", pytest.param("redis", marks=pytest.mark.redis)], indirect=True
)
