"""Who is asking: the value behind `current_user`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from watchword.core.scope import Scope
from watchword.features.accounts.service import Reached, User


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInUser(Reached):
    """A signed-in user, as plain values read with the session in one statement. Times are aware UTC."""

    id: int
    public_id: str
    username: str
    email: str
    is_admin: bool
    session: str
    """The public handle of this session, not its secret."""
    proofs: frozenset[str]
    signed_in_at: datetime
    proved_at: datetime
    remembered: bool
    new_secret: str | None = None
    """Set when the secret was renewed by this request: the answer carries it in the cookie."""
    scope: Scope = field(repr=False, compare=False)

    is_authenticated: ClassVar[Literal[True]] = True
    is_anonymous: ClassVar[Literal[False]] = False

    def get_id(self) -> str:
        """The public id (the name Flask-Login gives it)."""
        return self.public_id

    def record(self) -> User:
        """The `User` row, read now. In a host's session it belongs to that session, so relationships work."""
        found = self.scope.record(User, self.id)
        if found is None:
            raise LookupError("the row of this user is gone")
        return found


@dataclass(frozen=True, slots=True)
class AnonymousUser:
    """Nobody is signed in."""

    is_authenticated: ClassVar[Literal[False]] = False
    is_anonymous: ClassVar[Literal[True]] = True
    is_admin: ClassVar[bool] = False
    username: ClassVar[str] = ""
    email: ClassVar[str] = ""
    has_address: ClassVar[bool] = False
    session: ClassVar[None] = None
    new_secret: ClassVar[None] = None
    id: ClassVar[None] = None
    public_id: ClassVar[None] = None

    def get_id(self) -> None:
        return None

    def record(self) -> None:
        return None


Visitor = SignedInUser | AnonymousUser
NOBODY = AnonymousUser()
