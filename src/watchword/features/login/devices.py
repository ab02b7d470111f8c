"""Browsers that signed in before: neither a guesser nor the office next door locks their owner out.

The device cookie is no proof. It only chooses which counter a guess falls into (OWASP: device cookies).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint, new_token
from watchword.features.accounts.service import Person
from watchword.features.login.models import KnownDevice

FORGOTTEN_AFTER = timedelta(days=400)


def is_known(scope: Scope, person: Person | None) -> bool:
    """Whether this browser signed *person* in before, under the credentials that hold today."""
    if scope.caller.device is None:
        return False
    wanted = (
        KnownDevice.id == fingerprint(scope.caller.device),
        KnownDevice.user_id == (person.id if person else 0),
        KnownDevice.credential_version == (person.credential_version if person else 0),
    )
    return scope.read.scalar(select(KnownDevice.user_id).where(*wanted)) is not None


def remember(scope: Scope, person: Person) -> tuple[str, bool]:
    """Make this browser known to *person*; return its new secret and whether it was unknown.

    The secret is new at every sign-in: one that was planted in the browser before is worthless afterwards.
    """
    secret = new_token()
    if scope.caller.device is not None:
        old = KnownDevice.id == fingerprint(scope.caller.device)
        scope.db.execute(update(KnownDevice).where(old).values(id=fingerprint(secret)))
    values = {"id": fingerprint(secret), "user_id": person.id, "created_at": scope.now}
    fresh = {"used_at": scope.now, "credential_version": person.credential_version}
    dialect = scope.db.get_bind().dialect.name
    upsert = (postgresql_insert if dialect == "postgresql" else sqlite_insert)(KnownDevice).values(**values, **fresh)
    kept = upsert.on_conflict_do_update(index_elements=["id", "user_id"], set_=fresh).returning(KnownDevice.created_at)
    return secret, scope.db.scalar(kept) == scope.now


def forget_all(scope: Scope, user_id: int) -> None:
    scope.db.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))


def purge(scope: Scope) -> int:
    old = KnownDevice.used_at < scope.now - FORGOTTEN_AFTER
    return len(scope.db.scalars(delete(KnownDevice).where(old).returning(KnownDevice.user_id)).all())
