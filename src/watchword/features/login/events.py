"""What happens at the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from watchword.core.events import Event
from watchword.core.texts import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInEvent(Event):
    name: ClassVar[str] = "login.signed_in"
    title: ClassVar[str] = N_("Signed in")

    proofs: str
    remembered: bool
    new_device: bool
    trusted: bool = False
    """Whether a trusted browser stood in for the second step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeviceSeen(Event):
    """Somebody signed in from a browser that never did before; not the first sign-in of a new user."""

    name: ClassVar[str] = "login.new_device_seen"

    proofs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Event):
    """`user_id` is the user whose name was typed, if any; what was typed is never kept.

    *why* names what refused: a wrong password, or the limit that was full, then for *wait* seconds. *times* is how
    often that limit refused within the hour; ten are written down, then the hundredth, the thousandth …
    """

    name: ClassVar[str] = "login.refused"
    title: ClassVar[str] = N_("Sign-in refused")

    why: str
    wait: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepClosed(Event):
    """So many wrong second proofs that no more are taken for a while: whoever guesses knows the first proof."""

    name: ClassVar[str] = "login.second_step_closed"
    title: ClassVar[str] = N_("Too many wrong codes")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfirmed(Event):
    """Somebody signed in proved once more who they are, before a sensitive act."""

    name: ClassVar[str] = "login.confirmed"
    title: ClassVar[str] = N_("Confirmed it was you")

    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedToUnknownDevices(Event):
    """Too many wrong passwords in a row. `user_id` is None where the name belongs to nobody."""

    name: ClassVar[str] = "login.closed_to_unknown_devices"
    title: ClassVar[str] = N_("Password refused on new devices after too many guesses")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceForgotten(Event):
    name: ClassVar[str] = "login.device_forgotten"
    title: ClassVar[str] = N_("Device forgotten")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserTrusted(Event):
    """For *days* this browser stands in for the second step."""

    name: ClassVar[str] = "login.browser_trusted"
    title: ClassVar[str] = N_("Browser trusted")

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustEnded(Event):
    """Their owner took trust away from one browser, or from all but one."""

    name: ClassVar[str] = "login.trust_ended"
    title: ClassVar[str] = N_("Browser not trusted any more")
