"""Refusals of login."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class WrongSignIn(AuthError):
    """The same for an unknown name, a wrong password and a closed account."""

    code: ClassVar[str] = "wrong_sign_in"
    message = N_("The email, user name or password doesn't match. Check them and try again.")


class WrongPassword(AuthError):
    """Somebody signed in says "it's me" with a password that isn't theirs."""

    code: ClassVar[str] = "wrong_password"
    message = N_("That isn't your password. Check it and try again.")
    field = "password"


class LoginNotFresh(AuthError):
    """The last proof of identity is too old for this act."""

    code: ClassVar[str] = "login_not_fresh"
    status: ClassVar[int] = 403
    message = N_("Confirm it's you first.")


class MethodNotOffered(AuthError):
    """A way to confirm that this user doesn't have, or that isn't enough alone."""

    code: ClassVar[str] = "method_not_offered"
    message = N_("That way to confirm isn't yours to use. Choose another one.")


class LoginNotWaiting(AuthError):
    """The waiting sign-in is used up, too old, guessed at too often, or of another browser."""

    code: ClassVar[str] = "login_not_waiting"
    message = N_("That sign-in took too long, or had too many wrong tries. Start again.")


class SecondStepNotPossible(AuthError):
    """The first proof is of the same kind as every second one this user has: it can't become two factors."""

    code: ClassVar[str] = "second_step_not_possible"
    message = N_("That alone doesn't let you in. Sign in with your password first.")


class LastWayIn(AuthError):
    """Without it its owner couldn't sign in any more."""

    code: ClassVar[str] = "last_way_in"
    status: ClassVar[int] = 409
    message = N_("This is your only way to sign in. Add another passkey or set a password first.")
