"""An operator puts an address in place, for who reads mail at the old one no longer, or has none."""

from __future__ import annotations

from sqlalchemy import insert

from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_handle, new_token
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import Address, address_key
from watchword.features.accounts.service import Person
from watchword.features.my_account.errors import SameAddress
from watchword.features.my_account.events import AddressChanged
from watchword.features.my_account.models import AddressChange
from watchword.features.sessions import service as sessions


def set_address(scope: Scope, user_id: int, address: Address) -> bool:
    """Put *address*, which the operator vouches for, in place; False when somebody else has it.

    The old address is told and may take it back, as if the owner had changed it: an operator can be talked into it.
    All sessions end, as by a reset: whoever drove the owner to ask an operator may be in one of them.
    """
    person = accounts.get_locked(scope, user_id)
    if person is None or not person.is_open:
        return False
    if address.key == address_key(person.email):
        raise SameAddress
    handle = new_handle()
    if person.has_address:  # nobody can want none back, and a notice of the next minute must not lead there
        _keep(scope, person, address, handle=handle)
    scope.emit(AddressChanged(user_id=user_id, change=handle, by="operator"))
    if accounts.set_address(scope, user_id, address):
        sessions.end_all(scope, user_id, reason="address_set_by_operator")
        return True
    scope.undo()
    return False


def _keep(scope: Scope, person: Person, address: Address, *, handle: str) -> None:
    """The change among those that may be taken back. It never waited: its link and code are nobody's."""
    row = {
        "handle": handle,
        "user_id": person.id,
        "credential_version": person.credential_version,
        "link": fingerprint(new_token()),
        "browser": fingerprint(new_token()),
        "code": "",
        "tries_left": 0,
        "email": address.typed,
        "old_email": person.email,
        "created_at": scope.now,
        "expires_at": scope.now,
        "confirmed_at": scope.now,
    }
    scope.db.execute(insert(AddressChange).values(row))
