from __future__ import annotations

import pytest

from watchword.core.limits import Rate


@pytest.mark.parametrize("text", ["5", "5/fortnight", "x/minute", "-1/minute", "/minute"])
def test_a_rate_that_says_nothing_is_a_mistake(text):
    with pytest.raises(ValueError, match="is no rate"):
        Rate.of("x", text)
