from __future__ import annotations

import pytest

from watchword.core.declared import FeatureSettings, setting


@pytest.mark.parametrize("value", ["nan", "-NaN", float("nan")])
def test_what_is_no_number_lies_within_no_bounds(value):
    """Every comparison with it is false: `nan < 0` would let it through as a share, or as a delay."""

    class OddConfig(FeatureSettings, prefix="ODD"):
        least: float = setting(0.5, "At least.", at_least=0.0)
        most: float = setting(0.5, "At most.", at_most=1.0)

    for field in ("least", "most"):
        with pytest.raises(ValueError, match=field):
            OddConfig(**{field: value})
