"""What is wrong with a set-up: a stable code, the reason, the line that fixes it, and where the value came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN_NAME = "watchword-E001"
WRONG_TYPE = "watchword-E002"
OUT_OF_RANGE = "watchword-E003"
NOT_ONE_OF = "watchword-E004"
NOT_VALID = "watchword-E005"
CLASH = "watchword-E006"
MISSING = "watchword-E007"
SECRET_KEY_MISSING = "watchword-E010"  # noqa: S105 - a code, not a secret
SECRET_KEY_WEAK = "watchword-E011"  # noqa: S105 - a code, not a secret
MAIL_NOT_SET_UP = "watchword-E012"
PUBLIC_URL_MISSING = "watchword-E013"
PUBLIC_URL_NOT_HTTPS = "watchword-E014"
SQLITE_SHARED = "watchword-E015"
DEBUG_ON = "watchword-E016"
PROXY_NOT_TRUSTED = "watchword-E017"
FEATURE_UNKNOWN = "watchword-E020"
FEATURE_NEEDS = "watchword-E021"
PACKAGE_MISSING = "watchword-E022"
DATABASE_NOT_READY = "watchword-E030"
CLOCK_WRONG = "watchword-E031"
TEMPLATE_MISSING = "watchword-E032"
HASH_COST = "watchword-E033"
FILE_OPEN = "watchword-E034"
CHECK_BROKEN = "watchword-E035"
MAIL_NOT_ENCRYPTED = "watchword-E036"
BREACH_LIST_OFF = "watchword-E037"
MAIL_WAITS = "watchword-E038"
SMS_NOT_TYPED = "watchword-E039"
OWNER_NOT_TOLD = "watchword-E040"
SMS_OFF_FOR_SOME = "watchword-E041"
LIMITS_AWAY = "watchword-E042"

CODES: dict[str, str] = {
    UNKNOWN_NAME: "A setting has a name that nobody reads.",
    WRONG_TYPE: "A value is not of the kind its setting takes.",
    OUT_OF_RANGE: "A value is below or above what its setting allows.",
    NOT_ONE_OF: "A value is not one of the few its setting knows.",
    NOT_VALID: "A value breaks a rule of its own setting.",
    CLASH: "Two settings contradict each other.",
    MISSING: "A setting that has no default is not given.",
    SECRET_KEY_MISSING: "There is no secret key.",
    SECRET_KEY_WEAK: "A secret key is short, well known or too simple.",
    MAIL_NOT_SET_UP: "Mails don't reach anybody.",
    PUBLIC_URL_MISSING: "The public address is not set.",
    PUBLIC_URL_NOT_HTTPS: "The public address is not https.",
    SQLITE_SHARED: "Several processes share an SQLite file.",
    DEBUG_ON: "Debug mode is on.",
    PROXY_NOT_TRUSTED: "A proxy sends headers that nobody was told to trust.",
    FEATURE_UNKNOWN: "A listed feature does not exist.",
    FEATURE_NEEDS: "A feature needs another one that is off.",
    PACKAGE_MISSING: "A feature needs a package that is not installed.",
    DATABASE_NOT_READY: "The database can't be reached, or lacks tables.",
    CLOCK_WRONG: "The clock is wrong.",
    TEMPLATE_MISSING: "A page or mail has no template that can be read.",
    HASH_COST: "A password hash takes too little time, or too much.",
    FILE_OPEN: "Others on this machine can read or change a file that holds secrets.",
    CHECK_BROKEN: "A feature's own check broke.",
    MAIL_NOT_ENCRYPTED: "Mails leave without encryption.",
    BREACH_LIST_OFF: "New passwords are not compared with the long list of leaked ones.",
    MAIL_WAITS: "Mails wait for long, or were given up.",
    SMS_NOT_TYPED: "Codes are sent by text message, and few come back.",
    OWNER_NOT_TOLD: "An owner can't be told that their second factor will be removed.",
    SMS_OFF_FOR_SOME: "People have codes by text message as second step, and nobody sends any.",
    LIMITS_AWAY: "The Redis that counts limits doesn't answer.",
}
"""Every code with its title. A code never changes its meaning and is never used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. *fix* is the exact line to paste; no text in it shows a secret value.

    *setting* is the name it is about, *also* the other names where settings contradict each other.
    """

    code: str
    what: str
    why: str
    fix: str
    setting: str = ""
    also: tuple[str, ...] = ()
    seen: str = ""

    @property
    def docs(self) -> str:
        """Where the code is explained."""
        return f"docs/reference/errors.md#{self.code.lower()}"

    def __str__(self) -> str:
        lines = [f"{self.code}  {self.what}", f"  Why:  {self.why}", f"  Fix:  {self.fix}", f"  Docs: {self.docs}"]
        if self.seen:
            lines.append(f"  Seen: {self.seen}")
        return "\n".join(lines)


class ConfigError(Exception):
    """The settings don't allow a start. Holds **all** problems, so that one round of fixing is enough."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n\n".join([f"Watchword can't start: {head} in its set-up.", *map(str, self.problems)]))
