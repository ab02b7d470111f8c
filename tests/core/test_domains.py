"""A domain that isn't ASCII, where the site itself is named by it; those of mail addresses are among the attacks."""

from __future__ import annotations

import pytest

from watchword.core.config import ConfigError, read_settings
from watchword.core.site import SiteConfig


@pytest.mark.parametrize(
    "host", ["straße.example", "\u03b2\u03cc\u03bb\u03bf\u03c2.example", "a\u200db.example", "\u2603.example"]
)
def test_a_host_that_browsers_of_then_and_now_read_as_two_is_refused_in_words(host: str) -> None:
    with pytest.raises(ConfigError, match="WATCHWORD_PUBLIC_URL must name its host as name servers know it"):
        read_settings([SiteConfig], {"WATCHWORD_PUBLIC_URL": f"https://{host}"})
