"""Refusals of the second factor."""

from __future__ import annotations

from typing import ClassVar

from watchword.core.errors import AuthError
from watchword.core.texts import N_


class WrongCode(AuthError):
    code: ClassVar[str] = "wrong_code"
    message = N_("That code isn't right. Type the one your app shows now.")
    field = "code"


class CodeUsed(AuthError):
    """Seen before, so perhaps looked over a shoulder: it opens nothing, whoever types it."""

    code: ClassVar[str] = "code_used"
    message = N_("That code was used already. Wait for the next code, then type that one.")
    field = "code"


class SetUpNotStarted(AuthError):
    """Never started here, too old, finished, or started anew in this browser."""

    code: ClassVar[str] = "set_up_not_started"
    message = N_("That set-up took too long, or it's finished already. Start again.")


class SetUpNotForYou(AuthError):
    """Setting up while signing in is for who has no second factor: else a password alone would add one."""

    code: ClassVar[str] = "set_up_not_for_you"
    message = N_("You have a second step already. Sign in with it.")


class AuthenticatorNotFound(AuthError):
    code: ClassVar[str] = "authenticator_not_found"
    status: ClassVar[int] = 404
    message = N_("That authenticator isn't there any more.")


class TooManyAuthenticators(AuthError):
    code: ClassVar[str] = "too_many_authenticators"
    message = N_("You have as many authenticators as one account can hold. Remove one first.")


class LastSecondFactor(AuthError):
    code: ClassVar[str] = "last_second_factor"
    message = N_("You need a second step here, and this is your only one. Add another one before you remove this.")


class NoSecondFactor(AuthError):
    code: ClassVar[str] = "no_second_factor"
    message = N_("Recovery codes stand in for a second step. Set one up first.")


class SecondFactorMissing(AuthError):
    code: ClassVar[str] = "second_factor_missing"
    status: ClassVar[int] = 403
    message = N_("That page needs a second step. Set one up first.")


class NothingToReset(AuthError):
    code: ClassVar[str] = "nothing_to_reset"
    message = N_("That user has no second step.")


class CaseOpenAlready(AuthError):
    code: ClassVar[str] = "reset_case_open"
    status: ClassVar[int] = 409
    message = N_("That is under way already.")


class OwnerKnows(AuthError):
    """Or there is no case at all."""

    code: ClassVar[str] = "reset_owner_knows"
    status: ClassVar[int] = 409
    message = N_("Nothing waits for that: the owner was told, or no removal is under way.")


class CaseNotOpen(AuthError):
    """Never opened, stopped, or done."""

    code: ClassVar[str] = "reset_case_not_open"
    status: ClassVar[int] = 409
    message = N_("There is nothing to stop any more.")
