"""The ways a sign-in can go well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session is open: *session* and *device* are the secrets for the two cookies."""

    session: str
    device: str
    remembered: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """One more proof is wanted, at *endpoint*; *waiting* is the secret that goes on with it."""

    endpoint: str
    waiting: str


Outcome = SignedIn | NextStep
