"""Headers of a proxy that nobody was told to believe: said once a day, in the log and by the doctor.

Without trust all callers seem to come from the proxy, and one guesser slows everybody down.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from flask import request

from watchword.core.errors import AuthError
from watchword.web.current import scope
from watchword.web.proxies import HEADERS
from watchword.web.setup import setup

log = logging.getLogger("watchword.web")
COUNTED_AS, DAY = "unheard_proxy:headers", 24 * 3600


def warn() -> None:
    """Warn when this request went through a proxy that is not trusted; each process asks the counter once.

    In a host's open write nothing is counted: the next request says it.
    """
    site = setup()
    if site.warned_of_proxy or not site.proxies.trusts_nobody or "werkzeug.proxy_fix.orig" in request.environ:
        return
    if any(name in request.headers for name in HEADERS) and not scope().writing:
        site.warned_of_proxy = True
        with suppress(AuthError):  # who can't count has other worries, told elsewhere
            if scope().limits.tally(COUNTED_AS, DAY) == 1:
                log.warning("A proxy names callers, and WATCHWORD_TRUSTED_PROXIES trusts none: limits count the proxy.")
