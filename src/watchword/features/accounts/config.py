"""Settings of accounts."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, Problem, setting
from watchword.core.problems import PACKAGE_MISSING
from watchword.features.accounts import breached_passwords


class PasswordConfig(FeatureSettings, prefix="PASSWORD"):
    """What a password must be, and how many are hashed side by side."""

    minimum_length: int = setting(
        15,
        "Shortest password, in characters (NIST SP 800-63B-4 3.1.1.2: 15 where the password is the only factor).",
        at_least=8,
        at_most=64,
        gives_up="Below 15, a password alone can be guessed from a stolen table.",
    )
    breach_list: bool = setting(
        False,
        "Also refuse the 4.2 million leaked passwords of the extra `breach`. No password leaves this machine.",
    )
    hashes_at_once: int = setting(
        0,
        "How many passwords are hashed side by side, each in 19 MiB; 0 means one for each core.",
        at_least=0,
        at_most=256,
    )
    hashes_waiting: int = setting(
        256,
        "How many may wait for their turn to be hashed; one more is told to come back (503 with Retry-After).",
        at_least=0,
        at_most=10_000,
    )
    hash_patience: timedelta = setting(
        timedelta(seconds=20),
        "How long one waits for its turn to be hashed before being told to come back.",
        at_least=timedelta(seconds=1),
        at_most=timedelta(seconds=25),
    )
    flask_security_salt: str = setting(
        "",
        "SECURITY_PASSWORD_SALT of the Flask-Security whose users were brought along; see how-to/bring-users.md.",
        secret=True,
    )

    def rules(self) -> list[Problem]:
        if not self.breach_list or breached_passwords.is_installed():
            return []
        name = self.name_of("breach_list")
        return [
            Problem(
                code=PACKAGE_MISSING,
                setting=name,
                what=f"{name} is on, and the list is not installed.",
                why="Leaked passwords would be taken while you believe that they are refused.",
                fix="pip install 'watchword[breach]'",
            )
        ]
