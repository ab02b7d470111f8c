"""A password that is known to be bad today is replaced before its owner goes on. Nobody is locked out for it."""

from __future__ import annotations

from collections.abc import Sequence

from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts


class ChooseAnother:
    """The last step of a sign-in with a password that is on a list, too short, too simple or like its owner by now."""

    name = "choose_password"
    endpoint = "watchword.my_account.choose_password"

    def noticed(self, scope: Scope, user_id: int, password: str, *, about: Sequence[str]) -> bool:
        return accounts.must_be_replaced(scope, user_id, password, *about)


CHOOSE_ANOTHER = ChooseAnother()
