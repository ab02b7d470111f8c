"""Chromium's own authenticator, for tests in a browser: it answers by itself, and can be looked into."""

from __future__ import annotations

from typing import Any

_USUAL = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class VirtualAuthenticator:
    """A device that holds passkeys for one Playwright page in Chromium (DevTools protocol, domain WebAuthn).

    It belongs to the browser of *page* until `remove`. *options* are Chromium's: `defaultBackupEligibility=True,
    defaultBackupState=True` makes passkeys that are synced.
    """

    def __init__(self, page: Any, **options: Any) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        made = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**_USUAL, **options}})
        self._id = {"authenticatorId": made["authenticatorId"]}

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        """What it holds, as Chromium tells it: `credentialId`, `rpId`, `userName`, `signCount` and more."""
        held: list[dict[str, Any]] = self._cdp.send("WebAuthn.getCredentials", self._id)["credentials"]
        return held

    def verifies_owner(self, does: bool) -> None:  # noqa: FBT001 - reads as what it does from now on
        """Whether it recognises its owner from now on; when it doesn't, the person seems to have cancelled."""
        self._cdp.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": does})

    def remove(self) -> None:
        """Take the device away, with all it holds."""
        self._cdp.send("WebAuthn.removeVirtualAuthenticator", self._id)
