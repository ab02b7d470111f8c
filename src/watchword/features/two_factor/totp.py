"""Time-based one-time codes (RFC 6238): SHA-1, 6 digits, 30 seconds, what every authenticator app reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from itertools import groupby
from typing import TYPE_CHECKING

import pyotp

from watchword.core.later import Later

if TYPE_CHECKING:
    import segno
else:
    segno = Later("segno", needs="segno")  # draws the picture of a set-up, which most processes never show

SECONDS = 30
DIGITS = 6
DRIFT = 1  # steps a phone's clock may be early or late
_BITS_OF_A_LETTER = 5


@dataclass(frozen=True, slots=True)
class Picture:
    """A square of *size* dots; *path* draws the dark ones."""

    size: int
    path: str


def new_secret() -> str:
    """160 random bits in base32 (RFC 4226 4: as long as the hash)."""
    return pyotp.random_base32(160 // _BITS_OF_A_LETTER)


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    return str(pyotp.HOTP(secret, digits=digits).at(step))


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step around *now* whose code this is, the newest first; None for no secret, as where no key opens it."""
    if not secret:
        return None
    newest = step_at(now) + DRIFT
    steps = range(newest, newest - 2 * DRIFT - 1, -1)
    return next((step for step in steps if compare_digest(code_at(secret, step).encode(), code.encode())), None)


def address(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth://` address that a QR code holds."""
    return str(pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).provisioning_uri(name=account, issuer_name=issuer))


def grouped(secret: str) -> str:
    """In fours, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def qr_picture(text: str) -> Picture:
    """A QR code to be drawn by the page itself: no style, no markup, no picture file that lies in a cache."""
    rows = [list(row) for row in segno.make(text, micro=False, error="m").matrix_iter(border=4)]
    path = "".join(_dark_runs(row, y) for y, row in enumerate(rows))
    return Picture(len(rows), path)


def _dark_runs(row: list[int], y: int) -> str:
    """Each run of dark dots as one rectangle of an SVG path."""
    runs, x = "", 0
    for is_dark, dots in groupby(row):
        length = len(list(dots))
        runs += f"M{x} {y}h{length}v1h-{length}z" if is_dark else ""
        x += length
    return runs
