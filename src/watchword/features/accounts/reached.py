"""Whether mail reaches somebody, and what their account is called where it can't be by its address."""

from __future__ import annotations

from collections.abc import Mapping

NO_ADDRESS = "@withdrawn.invalid"
"""The end of what stands where an address was taken away: no mail ever gets there, and nobody is shown it."""


def told_without_stand_ins(row: Mapping[str, object]) -> dict[str, object]:
    """*row* for its person's eyes: None where what stands for an address stood."""
    return {name: None if str(value).endswith(NO_ADDRESS) else value for name, value in row.items()}


class Reached:
    """Whoever has a user name, and an address or what stands for none."""

    __slots__ = ()
    username: str
    email: str

    @property
    def has_address(self) -> bool:
        """False for who took their account back while somebody else had their old address."""
        return not self.email.endswith(NO_ADDRESS)

    @property
    def account_name(self) -> str:
        """What password managers and authenticator apps call the account: the address, or the user name without one."""
        return self.email if self.has_address else self.username
