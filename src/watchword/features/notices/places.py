"""Where an address of the network is, roughly, told by a file of the operator's. Nobody else is asked."""

from __future__ import annotations

import logging
from functools import reduce
from typing import Any

from watchword.core.scope import Scope
from watchword.features.notices.config import NoticesConfig

log = logging.getLogger("watchword.notices")


def by_file(scope: Scope, ip: str) -> str:
    """The policy `place_of`, told by the file that WATCHWORD_NOTICES_PLACES names. A host may bring its own."""
    return place_of(ip, scope.config[NoticesConfig].places)


def place_of(ip: str, path: str) -> str:
    """Like "Berlin, Germany"; "" when there is no file, or nothing in it. A broken file stops no mail."""
    address = ip.partition("/")[0]
    if not path or not address:
        return ""
    try:
        import maxminddb  # noqa: PLC0415 - optional: watchword[places]

        with maxminddb.open_database(path) as file:
            found = file.get(address)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        log.warning("places: %s", type(error).__name__)
        return ""
    names = (_name(found, "city"), _name(found, "country"))
    return ", ".join(name for name in names if name)


def _name(found: Any, part: str) -> str:
    steps = (part, "names", "en")
    told = reduce(lambda here, step: here.get(step) if isinstance(here, dict) else None, steps, found)
    return told if isinstance(told, str) else ""
