"""Codes of what only the doctor finds. They go on where `core.problems` ends; a code never changes its meaning."""

from __future__ import annotations

CLOCK_WRONG = "watchword-E031"
TEMPLATE_MISSING = "watchword-E032"
HASH_COST = "watchword-E033"
FILE_OPEN = "watchword-E034"
CHECK_BROKEN = "watchword-E035"
MAIL_NOT_ENCRYPTED = "watchword-E036"

CODES: dict[str, str] = {
    CLOCK_WRONG: "The clock is wrong.",
    TEMPLATE_MISSING: "A page or mail has no template that can be read.",
    HASH_COST: "A password hash takes too little time, or too much.",
    FILE_OPEN: "Others on this machine can read or change a file that holds secrets.",
    CHECK_BROKEN: "A feature's own check broke.",
    MAIL_NOT_ENCRYPTED: "Mails leave without encryption.",
}
