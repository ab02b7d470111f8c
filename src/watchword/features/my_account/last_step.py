"""A password that could not be set today is replaced before its owner goes on. Nobody is locked out for it."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts


class ChooseAnother:
    """The last step of a sign-in with a password that is known, too short or easy to guess by today's rules."""

    name = "choose_password"
    endpoint = "watchword.my_account.choose_password"

    def noticed(self, scope: Scope, user_id: int, password: str, *, about: Sequence[str]) -> bool:
        return accounts.must_be_replaced(scope, user_id, password, *about)


CHOOSE_ANOTHER = ChooseAnother()
