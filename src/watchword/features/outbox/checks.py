"""What `doctor` asks the outbox."""

from __future__ import annotations

from watchword.core.doctor import Finding
from watchword.core.problems import MAIL_WAITS
from watchword.core.scope import Scope
from watchword.features.outbox import service

LONG = 15 * 60.0  # seconds; a worker that runs looks every few


def waits(scope: Scope) -> list[Finding]:
    """Nothing waits for long, and nothing was given up."""
    age, buried = service.oldest_waiting_seconds(scope), service.given_up(scope)
    found = []
    if age > LONG:
        found.append(_finding(f"The oldest waiting mail has waited {_in_words(age)}.", "watchword worker"))
    if buried:
        found.append(_finding(f"Mails or jobs that were given up: {buried}.", "watchword outbox list"))
    return found


def _finding(what: str, fix: str) -> Finding:
    why = "People wait for these mails: to confirm, to get back in, to learn that somebody else is."
    return Finding(code=MAIL_WAITS, level="warning", setting="WATCHWORD_MAIL_URL", what=what, why=why, fix=fix)


def _in_words(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
