"""What is said between a site, a browser and an authenticator, as plain values (WebAuthn calls it a ceremony)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

Answer = Mapping[str, Any]
"""What the browser's `PublicKeyCredential.toJSON()` gives."""


class Algorithm(IntEnum):
    """What we let authenticators sign with, as COSE numbers it, the most liked first."""

    ES256 = -7
    EDDSA = -8
    RS256 = -257


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and the challenge it must be to."""

    challenge: bytes
    answer: Answer


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """This site as browsers see it: passkeys belong to *id*, the host of *origin*."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that an authenticator just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    transports: tuple[str, ...]
    user_verified: bool
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a known key signed. *sign_count* is checked where it is stored."""

    sign_count: int
    user_verified: bool
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key we know, and how the device that holds it is reached."""

    credential_id: bytes
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question to a browser: for which site, with which challenge, about which keys."""

    site: RelyingParty
    challenge: bytes
    held: Sequence[HeldKey] = ()


def base64url(value: bytes) -> str:
    """As browsers write bytes in JSON: without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
