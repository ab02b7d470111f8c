"""All our tables on one MetaData, whatever features are on: for migrations and tests."""

from __future__ import annotations

from watchword.core.db import Base
from watchword.core.limits_rows import LimitRow
from watchword.features.accounts.models import User
from watchword.features.audit.models import AuditRow
from watchword.features.login.models import KnownDevice, WaitingLogin
from watchword.features.my_account.models import AddressChange
from watchword.features.notices.models import SecureLink
from watchword.features.outbox.models import OutboxRow
from watchword.features.passkeys.models import Passkey, PasskeyOwner, UsedChallenge
from watchword.features.password_reset.models import ResetLink
from watchword.features.registration.models import WaitingRegistration
from watchword.features.sessions.models import UserSession
from watchword.features.sms_codes.models import Phone, WaitingSmsCode
from watchword.features.two_factor.models import Authenticator, RecoveryCode, ResetCase, WaitingAuthenticator
from watchword.migrations import TABLE

MODELS = (
    AddressChange,
    AuditRow,
    Authenticator,
    KnownDevice,
    LimitRow,
    OutboxRow,
    Passkey,
    PasskeyOwner,
    Phone,
    RecoveryCode,
    ResetCase,
    ResetLink,
    SecureLink,
    UsedChallenge,
    User,
    UserSession,
    WaitingAuthenticator,
    WaitingLogin,
    WaitingRegistration,
    WaitingSmsCode,
)
metadata = Base.metadata


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """For a host's Alembic: `context.configure(include_name=include_name)` leaves our tables alone.

    Ours by their names, not by the prefix: a host may have an `auth_group` of its own.
    """
    return not (type_ == "table" and name in {*metadata.tables, TABLE})
