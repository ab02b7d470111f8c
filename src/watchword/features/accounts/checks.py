"""What the doctor tells of accounts."""

from __future__ import annotations

from watchword.core.doctor import Finding
from watchword.core.problems import BREACH_LIST_OFF
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.features.accounts.config import PasswordConfig


def breach_list(scope: Scope) -> list[Finding]:
    """Where real people sign in, it is said when only the bundled list of passwords is asked."""
    name = PasswordConfig.name_of("breach_list")
    if scope.config[PasswordConfig].breach_list or not scope.config[SiteConfig].in_production:
        return []
    return [
        Finding(
            code=BREACH_LIST_OFF,
            level="note",
            setting=name,
            what="New passwords are compared with 49,000 known ones; the list of 4.2 million leaked ones is off.",
            why="Guessers try leaked passwords first. The longer list costs 57 MB of disk and no memory.",
            fix=f"pip install 'watchword[breach]', then {name}=true",
            seen=f"{name} = false",
        )
    ]
